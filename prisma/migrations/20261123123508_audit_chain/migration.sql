-- AlterTable
ALTER TABLE "audit" ADD COLUMN     "content_hash" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "hash" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "previous" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "salt" TEXT DEFAULT '';

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- The chain. One writer at a time until it commits, so that the row before is known; ids have no gap, so that a
-- removed row is missed. src/db/audit/audit-chain.ts checks the same sums without these functions.
CREATE FUNCTION signalbox_audit_link(entry "audit") RETURNS "audit" LANGUAGE plpgsql AS $$
BEGIN
  entry."content_hash" := encode(sha256(convert_to(
    jsonb_build_array(entry."salt", entry."before", entry."after", entry."note")::text, 'UTF8')), 'hex');
  entry."hash" := encode(sha256(convert_to(
    jsonb_build_array(entry."previous", entry."id",
      to_char(entry."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), entry."actor", entry."surface",
      entry."action", entry."target", entry."run_id", entry."content_hash")::text, 'UTF8')), 'hex');
  RETURN entry;
END $$;

CREATE FUNCTION signalbox_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last record;
BEGIN
  PERFORM pg_advisory_xact_lock(7146295302);
  SELECT "id", "hash" INTO last FROM "audit" ORDER BY "id" DESC LIMIT 1;
  NEW."id" := coalesce(last."id", 0) + 1;
  NEW."previous" := coalesce(last."hash", '');
  NEW."salt" := replace(gen_random_uuid()::text, '-', '');
  RETURN signalbox_audit_link(NEW);
END $$;

-- Rows from before there was a chain become its beginning.
DROP TRIGGER append_only ON "audit";
DO $$
DECLARE
  entry "audit";
  head text := '';
  place bigint := 0;
  own bigint;
BEGIN
  FOR entry IN SELECT * FROM "audit" ORDER BY "id" LOOP
    own := entry."id";
    place := place + 1;
    entry."id" := place;
    entry."previous" := head;
    entry."salt" := replace(gen_random_uuid()::text, '-', '');
    entry := signalbox_audit_link(entry);
    head := entry."hash";
    UPDATE "audit" SET "id" = place, "salt" = entry."salt", "content_hash" = entry."content_hash",
      "previous" = entry."previous", "hash" = entry."hash" WHERE "id" = own;
  END LOOP;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON "audit" FOR EACH ROW EXECUTE FUNCTION signalbox_audit_chain();

-- Append-only, with one exception that a session has to ask for: what a row says may be emptied, never anything else.
CREATE FUNCTION signalbox_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('signalbox.erasing', true) = 'on'
    AND NEW."before" IS NULL AND NEW."after" IS NULL AND NEW."note" IS NULL AND NEW."salt" IS NULL
    AND (NEW."id", NEW."at", NEW."actor", NEW."surface", NEW."action", NEW."target", NEW."content_hash",
         NEW."previous", NEW."hash")
      = (OLD."id", OLD."at", OLD."actor", OLD."surface", OLD."action", OLD."target", OLD."content_hash",
         OLD."previous", OLD."hash")
    AND NEW."run_id" IS NOT DISTINCT FROM OLD."run_id"
  THEN RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit rows are never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "audit" FOR EACH ROW
  EXECUTE FUNCTION signalbox_audit_append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON "audit" FOR EACH STATEMENT
  EXECUTE FUNCTION signalbox_audit_append_only();
