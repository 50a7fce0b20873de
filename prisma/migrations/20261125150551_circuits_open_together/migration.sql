-- Targets that one process found down rest in all of them; and how long a run has waited for one.
-- AlterTable
ALTER TABLE "run" ADD COLUMN "circuit_waits" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "open_circuit" (
    "target" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "open_circuit_pkey" PRIMARY KEY ("target")
);
