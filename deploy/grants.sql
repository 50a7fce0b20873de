-- The bot's own database role: it may add to events, decisions, outcomes, versions and the audit, and never change or take
-- away from them. What moves while a run is in flight (runs, records, exceptions, attempts) it may change.
--
-- The role is made once, with a password of yours:
--   CREATE ROLE signalbox_bot LOGIN PASSWORD '…';
-- Then, on a fresh database before the bot's first start, and after each upgrade, as the owner of the tables:
--   DATABASE_URL="$OWNER_DATABASE_URL" signalbox apply      (makes or migrates the tables and the queue)
--   psql "$OWNER_DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/grants.sql
-- and the bot runs with DATABASE_URL of signalbox_bot. A test holds this file to what it says (test/trust/grants.test.ts).

-- What it needs, and who owns it: what the bot's role owned, it could change, and what it changed would run as the owner.
DO $$
BEGIN
  IF to_regclass('public.audit_head') IS NULL OR to_regnamespace('pgboss') IS NULL THEN
    RAISE EXCEPTION 'there are no tables of Signalbox, or no queue, in this database yet'
      USING HINT = 'Run signalbox apply with the DATABASE_URL of the owner first.';
  END IF;
  IF EXISTS (SELECT FROM pg_class WHERE relowner = 'signalbox_bot'::regrole)
     OR EXISTS (SELECT FROM pg_proc WHERE proowner = 'signalbox_bot'::regrole)
     OR EXISTS (SELECT FROM pg_namespace WHERE nspowner = 'signalbox_bot'::regrole) THEN
    RAISE EXCEPTION 'signalbox_bot owns something in this database, and could change what runs as the owner'
      USING HINT = 'REASSIGN OWNED BY signalbox_bot TO the owner of the tables, then run this again.';
  END IF;
  EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC, signalbox_bot', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, signalbox_bot;

GRANT USAGE ON SCHEMA public TO signalbox_bot;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM signalbox_bot;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO signalbox_bot;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO signalbox_bot;
-- The chain of the audit runs as the owner: it is the audit's trigger, and nobody else's to use.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO signalbox_bot;
REVOKE EXECUTE ON FUNCTION signalbox_audit_chain(), signalbox_audit_link("audit") FROM signalbox_bot;

-- What moves. Events, decisions, outcomes, versions, rules, standards and the audit are not among it.
DO $$
DECLARE
  name text;
  columns text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN
    ('audit', 'audit_head', 'event', 'decision', 'outcome', 'workflow_version', 'rule', 'standards', 'run', '_prisma_migrations')
  LOOP
    EXECUTE format('GRANT UPDATE ON public.%I TO signalbox_bot', name);
  END LOOP;
  -- That a run was emptied, when and by whom, is said by whoever empties it.
  SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'run' AND column_name NOT IN ('id', 'event_id', 'erased');
  EXECUTE format('GRANT UPDATE (%s) ON public.run TO signalbox_bot', columns);
END $$;
-- A try that was called off before it went out, a pause or a target's rest that is over, a draft that was published or
-- dropped, counts of an hour that is over and folded, answers of lookups that are too old, old versions of a reference
-- table, shapes that are learned anew, channels of which Slack says that they changed.
GRANT DELETE ON "attempt", "pause", "target_rest", "draft", "tally", "lookup_answer", "lookup_table", "lookup_row", "shape",
  "channel_members" TO signalbox_bot;
-- The audit's chain is moved on by its trigger, as the owner.
REVOKE INSERT ON "_prisma_migrations", "audit_head" FROM signalbox_bot;

-- The queue's jobs are the bot's; its tables and functions are not: the owner's commands use them too.
REVOKE ALL ON SCHEMA pgboss FROM PUBLIC, signalbox_bot;
GRANT USAGE ON SCHEMA pgboss TO signalbox_bot;
REVOKE ALL ON ALL TABLES IN SCHEMA pgboss FROM signalbox_bot;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO signalbox_bot;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA pgboss TO signalbox_bot;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO signalbox_bot;
