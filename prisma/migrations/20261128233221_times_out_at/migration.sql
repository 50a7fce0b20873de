-- AlterTable
ALTER TABLE "exception" ADD COLUMN     "times_out_at" TIMESTAMPTZ(3);
