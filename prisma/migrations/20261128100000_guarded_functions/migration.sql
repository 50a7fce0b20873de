-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- The chain's trigger runs as the owner of the tables. Whoever calls it must not choose what its names mean: a temporary
-- table, a function or an operator of theirs would run with the owner's rights. So its path holds the system's catalog and
-- nothing else (pg_temp is named, or it would be searched first), every name of ours carries its schema, the one that it
-- stands in now, and nobody but the owner may put it on another table.
DO $migration$
DECLARE
  ours text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = '"audit"'::regclass);
BEGIN
  EXECUTE replace($sql$
    CREATE OR REPLACE FUNCTION @ours@.signalbox_audit_link(entry @ours@."audit") RETURNS @ours@."audit" LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      entry."content_hash" := encode(sha256(convert_to(
        jsonb_build_array(entry."salt", entry."before", entry."after", entry."note")::text, 'UTF8')), 'hex');
      entry."hash" := encode(sha256(convert_to(
        jsonb_build_array(entry."previous", entry."id",
          to_char(entry."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), entry."actor", entry."surface",
          entry."action", entry."target", entry."run_id", entry."content_hash")::text, 'UTF8')), 'hex');
      RETURN entry;
    END $$
  $sql$, '@ours@', ours);
  EXECUTE replace($sql$
    CREATE OR REPLACE FUNCTION @ours@.signalbox_audit_chain() RETURNS trigger LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      last record;
    BEGIN
      IF TG_RELID <> '@ours@."audit"'::regclass THEN
        RAISE EXCEPTION 'only the audit is chained' USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM pg_advisory_xact_lock(7146295302);
      SELECT "id", "hash" INTO last FROM @ours@."audit" ORDER BY "id" DESC LIMIT 1;
      NEW."id" := coalesce(last."id", 0) + 1;
      NEW."previous" := coalesce(last."hash", '');
      NEW."salt" := replace(gen_random_uuid()::text, '-', '');
      NEW := @ours@.signalbox_audit_link(NEW);
      INSERT INTO @ours@."audit_head" ("row", "hash") VALUES (NEW."id", NEW."hash")
        ON CONFLICT ("place") DO UPDATE SET "row" = excluded."row", "hash" = excluded."hash";
      RETURN NEW;
    END $$
  $sql$, '@ours@', ours);
  EXECUTE replace($sql$
    REVOKE EXECUTE ON FUNCTION @ours@.signalbox_audit_chain(), @ours@.signalbox_audit_link(@ours@."audit") FROM PUBLIC;
    ALTER FUNCTION @ours@.signalbox_audit_append_only() SET search_path = pg_catalog, pg_temp;
    ALTER FUNCTION @ours@.signalbox_only_emptied() SET search_path = pg_catalog, pg_temp;
    ALTER FUNCTION @ours@.signalbox_immutable() SET search_path = pg_catalog, pg_temp;
    ALTER FUNCTION @ours@.signalbox_open_stays() SET search_path = pg_catalog, pg_temp;
  $sql$, '@ours@', ours);
END $migration$;
