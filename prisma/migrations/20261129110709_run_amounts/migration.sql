-- AlterTable
ALTER TABLE "exception" ADD COLUMN     "amount" DECIMAL,
ADD COLUMN     "currency" TEXT;

-- AlterTable
ALTER TABLE "outcome" ADD COLUMN     "amount" DECIMAL,
ADD COLUMN     "currency" TEXT;

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "amount" DECIMAL,
ADD COLUMN     "currency" TEXT;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

ALTER TABLE "run" ADD CONSTRAINT "run_amount_in_a_currency" CHECK (("amount" IS NULL) = ("currency" IS NULL)) NOT VALID;
ALTER TABLE "exception" ADD CONSTRAINT "exception_amount_in_a_currency" CHECK (("amount" IS NULL) = ("currency" IS NULL)) NOT VALID;
ALTER TABLE "outcome" ADD CONSTRAINT "outcome_amount_in_a_currency" CHECK (("amount" IS NULL) = ("currency" IS NULL)) NOT VALID;

-- What a run was worth stays as it was once the run is over, and what a case was worth when it was opened.
CREATE TRIGGER sealed_amount BEFORE UPDATE OF "amount", "currency" ON "run" FOR EACH ROW WHEN (OLD."state" = 'ended'
  AND (NEW."amount", NEW."currency") IS DISTINCT FROM (OLD."amount", OLD."currency")) EXECUTE FUNCTION signalbox_sealed();
CREATE TRIGGER about_amount BEFORE UPDATE OF "amount", "currency" ON "exception" FOR EACH ROW
  EXECUTE FUNCTION signalbox_immutable();

-- A digest adds up what a week moved: from this index alone, of the outcomes that moved something.
CREATE INDEX "outcome_moved_idx" ON "outcome" ("ended_at") INCLUDE ("workflow_key", "route", "currency", "amount")
  WHERE "kind" = 'achieved' AND "currency" IS NOT NULL;
