-- AlterTable
ALTER TABLE "seen" ADD COLUMN     "noted" BIGSERIAL NOT NULL;
