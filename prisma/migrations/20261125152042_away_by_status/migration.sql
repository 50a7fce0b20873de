-- AlterTable
ALTER TABLE "person" ADD COLUMN     "status_away_until" TIMESTAMPTZ(3);
