-- AlterTable
ALTER TABLE "run" ADD COLUMN     "erased" JSONB;

-- CreateTable
CREATE TABLE "retention" (
    "part" TEXT NOT NULL,
    "done_until" TIMESTAMPTZ(3) NOT NULL,
    "done_run" TEXT NOT NULL,

    CONSTRAINT "retention_pkey" PRIMARY KEY ("part")
);

-- CreateIndex
CREATE INDEX "seen_root_idx" ON "seen"("root");

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- A session that says so (SET LOCAL signalbox.erasing = 'on') may empty what an event, a decision or an outcome holds of
-- people. Nothing else of the row may differ, whatever columns it gets later.
CREATE FUNCTION signalbox_only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed record := OLD;
BEGIN
  IF current_setting('signalbox.erasing', true) = 'on' THEN
    IF TG_TABLE_NAME = 'event' THEN
      allowed."body" := '';
      allowed."headers" := '{}';
    ELSIF TG_TABLE_NAME = 'decision' THEN
      allowed."inputs" := '{}';
      allowed."trace" := (SELECT coalesce(jsonb_agg(rule - 'because' - 'error' ORDER BY place), '[]')
        FROM jsonb_array_elements(OLD."trace") WITH ORDINALITY AS rules(rule, place));
    ELSIF TG_TABLE_NAME = 'outcome' THEN
      allowed."note" := NULL;
    END IF;
    IF NEW IS NOT DISTINCT FROM allowed THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER immutable ON "event";
DROP TRIGGER immutable ON "decision";
DROP TRIGGER immutable ON "outcome";
CREATE TRIGGER immutable BEFORE UPDATE ON "event" FOR EACH ROW EXECUTE FUNCTION signalbox_only_emptied();
CREATE TRIGGER immutable BEFORE UPDATE ON "decision" FOR EACH ROW EXECUTE FUNCTION signalbox_only_emptied();
CREATE TRIGGER immutable BEFORE UPDATE ON "outcome" FOR EACH ROW EXECUTE FUNCTION signalbox_only_emptied();
