-- AlterTable
ALTER TABLE "run" ADD COLUMN     "owner_id" TEXT;

-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "owner_id" TEXT;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- Who owned a run stays as it was once the run is over.
CREATE TRIGGER sealed_owner BEFORE UPDATE OF "owner_id" ON "run" FOR EACH ROW
  WHEN (OLD."state" = 'ended' AND NEW."owner_id" IS DISTINCT FROM OLD."owner_id") EXECUTE FUNCTION signalbox_sealed();
