-- Targets that one process found down rest in all of them; and how long a run has waited for one.
-- AlterTable
ALTER TABLE "run" ADD COLUMN "rests" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "target_rest" (
    "target" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "target_rest_pkey" PRIMARY KEY ("target")
);
