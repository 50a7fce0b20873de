-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- What is over stays as it was: a resolved exception, a finished attempt, an ended run and its record. A session that says
-- so (signalbox.erasing) may empty them, if its role may empty events too: the bot's own role may not. The conditions
-- stand with the triggers, so that a run on its way calls none of these functions.
DO $migration$
DECLARE
  ours text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = '"audit"'::regclass);
BEGIN
  EXECUTE replace($sql$
    CREATE FUNCTION @ours@.signalbox_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      emptied record := OLD;
      heard record := OLD;
    BEGIN
      IF TG_TABLE_NAME = 'record' THEN
        IF NOT EXISTS (SELECT FROM @ours@."outcome" WHERE "run_id" = OLD."run_id") THEN
          RETURN NEW;
        END IF;
        emptied."fields" := '{}';
        emptied."sources" := '{}';
        emptied."corrections" := '{}';
      ELSIF TG_TABLE_NAME = 'exception' THEN
        emptied."detail" := '';
        emptied."data" := '{}';
        emptied."resolved_note" := NULL;
        emptied."fingerprint" := OLD."workflow_key" || '/' || OLD."reason";
        emptied."owner_spec" := coalesce(OLD."owner_id", '');
      ELSIF TG_TABLE_NAME = 'attempt' THEN
        emptied."request" := '{}';
        emptied."answer" := NULL;
        emptied."error" := NULL;
        -- The next try closed it without an answer (src/db/runs/attempts.ts), and the answer came after all.
        IF OLD."state" = 'failed' AND OLD."status" IS NULL AND OLD."answer" IS NULL
            AND OLD."error" LIKE 'no answer was recorded:%' THEN
          heard."state" := NEW."state";
          heard."status" := NEW."status";
          heard."answer" := NEW."answer";
          heard."error" := NEW."error";
          heard."finished_at" := NEW."finished_at";
          IF NEW IS NOT DISTINCT FROM heard AND NEW."state" <> 'started' THEN
            RETURN NEW;
          END IF;
        END IF;
      ELSIF TG_TABLE_NAME = 'run' THEN
        IF NEW."erased" @> coalesce(OLD."erased", '{}') THEN
          emptied."erased" := NEW."erased";
        END IF;
      END IF;
      IF NEW IS NOT DISTINCT FROM emptied AND current_setting('signalbox.erasing', true) = 'on'
          AND has_table_privilege('@ours@."event"', 'UPDATE') THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION '% rows are never changed once they are over', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END $$;

    CREATE FUNCTION @ours@.signalbox_attempt_stays() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      -- Called off before it went out: as if it had not been.
      IF OLD."state" = 'started' AND NOT EXISTS (SELECT FROM @ours@."outcome" WHERE "run_id" = OLD."run_id") THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'attempt rows that are over are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END $$;

    CREATE FUNCTION @ours@.signalbox_only_grows() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      RAISE EXCEPTION '% rows never count less than before', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END $$;

    REVOKE EXECUTE ON FUNCTION @ours@.signalbox_sealed(), @ours@.signalbox_attempt_stays(), @ours@.signalbox_only_grows()
      FROM PUBLIC;
  $sql$, '@ours@', ours);
END $migration$;

CREATE TRIGGER sealed BEFORE UPDATE ON "exception" FOR EACH ROW WHEN (OLD."state" = 'resolved')
  EXECUTE FUNCTION signalbox_sealed();
CREATE TRIGGER sealed BEFORE UPDATE ON "record" FOR EACH ROW EXECUTE FUNCTION signalbox_sealed();
CREATE TRIGGER sealed BEFORE UPDATE ON "attempt" FOR EACH ROW WHEN (OLD."state" <> 'started')
  EXECUTE FUNCTION signalbox_sealed();
CREATE TRIGGER stays BEFORE DELETE ON "attempt" FOR EACH ROW EXECUTE FUNCTION signalbox_attempt_stays();
-- All but `redeliveries`: the same event may come again after its run has ended.
CREATE TRIGGER sealed BEFORE UPDATE OF "state", "stage", "route", "step", "lease_until", "taken_until", "taken_by", "swept",
  "circuit_waits", "parked_by", "erased" ON "run" FOR EACH ROW WHEN (OLD."state" = 'ended') EXECUTE FUNCTION signalbox_sealed();
CREATE TRIGGER only_grows BEFORE UPDATE OF "redeliveries" ON "run" FOR EACH ROW
  WHEN (NEW."redeliveries" < OLD."redeliveries") EXECUTE FUNCTION signalbox_only_grows();
CREATE TRIGGER only_grows BEFORE UPDATE ON "counter" FOR EACH ROW WHEN (NEW."count" < OLD."count")
  EXECUTE FUNCTION signalbox_only_grows();
CREATE TRIGGER only_grows BEFORE UPDATE ON "counter_total" FOR EACH ROW WHEN (NEW."count" < OLD."count")
  EXECUTE FUNCTION signalbox_only_grows();

-- What a row is about is said when it is written.
CREATE TRIGGER about BEFORE UPDATE OF "id", "event_id", "workflow_key", "version_id", "subject", "replay_of", "action_root",
  "received_at" ON "run" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER about BEFORE UPDATE OF "run_id" ON "record" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER about BEFORE UPDATE OF "id", "run_id", "workflow_key", "opened_at" ON "exception" FOR EACH ROW
  EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER about BEFORE UPDATE OF "id", "run_id", "step", "number", "action", "target", "idempotency_key", "started_at"
  ON "attempt" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER request_stays BEFORE UPDATE OF "request" ON "attempt" FOR EACH ROW WHEN (OLD."state" = 'started')
  EXECUTE FUNCTION signalbox_sealed();
