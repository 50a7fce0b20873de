-- AlterTable
ALTER TABLE "card" ADD COLUMN     "failing_since" TIMESTAMPTZ(3);
