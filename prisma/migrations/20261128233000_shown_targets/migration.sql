-- A host that a record brought is not shown: beside it stands what may be said of it, and whose calls failed.
-- AlterTable
ALTER TABLE "open_circuit" ADD COLUMN "shown" TEXT,
ADD COLUMN "workflows" TEXT[] DEFAULT ARRAY[]::TEXT[];
