-- The bot's own database role: it may add to what is a record, and never change or take away from it.
--
-- Run as the owner of the tables (the role that ran the migrations), after the first migration and after each upgrade:
--   psql "$OWNER_DATABASE_URL" -f deploy/grants.sql
-- The role itself is made once, with a password of yours:
--   CREATE ROLE signalbox_bot LOGIN PASSWORD '…';
-- Then the bot runs with DATABASE_URL of signalbox_bot. Migrations need the
-- owner's. A test holds this file to what it says (test/trust/grants.test.ts).

GRANT USAGE ON SCHEMA public TO signalbox_bot;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM signalbox_bot;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO signalbox_bot;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO signalbox_bot;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO signalbox_bot;

-- What moves. Events, decisions, outcomes, versions, rules, standards and the audit are not among it.
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN
    ('audit', 'audit_head', 'event', 'decision', 'outcome', 'workflow_version', 'rule', 'standards', '_prisma_migrations')
  LOOP
    EXECUTE format('GRANT UPDATE ON public.%I TO signalbox_bot', name);
  END LOOP;
END $$;
-- A try that was called off before it went out, a pause or a target's rest that is over, a draft that was published or
-- dropped, counts of an hour that is over and folded.
GRANT DELETE ON "attempt", "pause", "target_rest", "draft", "tally", "channel_members" TO signalbox_bot;
-- The audit's chain is moved on by its trigger, as the owner.
REVOKE INSERT ON "_prisma_migrations", "audit_head" FROM signalbox_bot;

-- The queue is the bot's: jobs come and go.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'pgboss') THEN
    GRANT USAGE, CREATE ON SCHEMA pgboss TO signalbox_bot;
    GRANT ALL ON ALL TABLES IN SCHEMA pgboss TO signalbox_bot;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA pgboss TO signalbox_bot;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO signalbox_bot;
  END IF;
END $$;
