-- AlterTable
ALTER TABLE "replay_batch" ADD COLUMN     "started_by" TEXT;
