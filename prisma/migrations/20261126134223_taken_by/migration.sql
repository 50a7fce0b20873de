-- AlterTable
ALTER TABLE "run" ADD COLUMN     "taken_by" TEXT;
