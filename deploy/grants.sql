-- The bot's own database role: it may add to events, decisions, outcomes, versions and the audit, and never change or take
-- away from them. What moves while a run is in flight (runs, records, exceptions, attempts) it may change, until it is over.
--
-- The role is made once, with a password of yours:
--   CREATE ROLE signalbox_bot LOGIN PASSWORD '…';
-- Then, on a fresh database before the bot's first start, and after each upgrade, as the owner of the tables:
--   DATABASE_URL="$OWNER_DATABASE_URL" signalbox apply      (makes or migrates the tables and the queue; the secrets that the
--                                                            workflow files name must be set)
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

-- What moves. Events, decisions, outcomes, final resolutions, versions, rules, standards and the audit are not among it. Of what moves with a
-- run, only what the bot moves: whose run it is, of which version, what was asked of a target stays as it was written, and
-- triggers refuse the rest once it is over (a resolved exception, a finished attempt, an ended run and its record).
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN
    ('audit', 'audit_head', 'event', 'decision', 'outcome', 'final_resolution', 'workflow_version', 'rule', 'standards', '_prisma_migrations',
     'delivery', 'run', 'record', 'attempt', 'action_answer', 'exception', 'counter', 'counter_span', 'counter_total')
  LOOP
    EXECUTE format('GRANT UPDATE ON public.%I TO signalbox_bot', name);
  END LOOP;
END $$;
GRANT UPDATE ("state", "stage", "route", "owner_id", "amount", "currency", "step", "lease_until", "taken_until", "taken_by", "redeliveries", "swept", "circuit_waits",
  "parked_by") ON "run" TO signalbox_bot;
GRANT UPDATE ("fields", "sources", "corrections", "updated_at") ON "record" TO signalbox_bot;
GRANT UPDATE ("state", "status", "answer", "error", "finished_at") ON "attempt" TO signalbox_bot;
GRANT UPDATE ("reason", "data", "owner_spec", "owner_id", "owner_since", "policy", "approvals", "state", "revision", "due_at",
  "acknowledged_at", "snoozed_until", "reminded_at", "escalation", "resolved_as", "resolved_by", "resolved_at", "resolved_note")
  ON "exception" TO signalbox_bot;
GRANT UPDATE ("redeliveries") ON "delivery" TO signalbox_bot;
GRANT UPDATE ("count") ON "counter" TO signalbox_bot;
-- A try that was called off before it went out (a trigger keeps the others), a pause or a target's rest that is over, a draft that was published or
-- dropped, answers of lookups that are too old, old versions of a reference
-- table, imports of one that are over, schedules that are not there any more, shapes that are learned anew, channels of which Slack says that they changed, who subscribes to what, what others were told.
GRANT DELETE ON "attempt", "pause", "open_circuit", "draft", "lookup_answer", "lookup_table", "lookup_row",
  "lookup_import", "schedule", "shape", "channel_members", "subscription", "announcement" TO signalbox_bot;
-- The audit's chain is moved on by its trigger, and counts are folded by their function, as the owner.
REVOKE INSERT ON "_prisma_migrations", "audit_head", "counter_span", "counter_total" FROM signalbox_bot;

-- The queue's jobs are the bot's, and what it notes about them: counts, times, which process runs. Nothing else there is: a name
-- of a table, a version, a command for later is read or run by the owner's commands too.
REVOKE ALL ON SCHEMA pgboss FROM PUBLIC, signalbox_bot;
GRANT USAGE ON SCHEMA pgboss TO signalbox_bot;
REVOKE ALL ON ALL TABLES IN SCHEMA pgboss FROM PUBLIC, signalbox_bot;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgboss FROM PUBLIC, signalbox_bot;
GRANT EXECUTE ON FUNCTION pgboss.job_now() TO signalbox_bot;
GRANT SELECT ON pgboss.queue, pgboss.version, pgboss.instance, pgboss.job_dependency TO signalbox_bot;
DO $$
DECLARE
  jobs regclass;
BEGIN
  -- The table of all jobs, and those that queues have for themselves.
  FOR jobs IN SELECT 'pgboss.job'::regclass UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = 'pgboss.job'::regclass
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO signalbox_bot', jobs);
  END LOOP;
END $$;
GRANT UPDATE (deferred_count, blocked_count, queued_count, ready_count, active_count, failed_count, total_count, retained_count,
  retained_on, singletons_active, ready_history, monitor_claim_on, monitor_on, maintain_on) ON pgboss.queue TO signalbox_bot;
GRANT UPDATE (flow_on, reindex_on, monitor_backoff_on) ON pgboss.version TO signalbox_bot;
GRANT INSERT, UPDATE, DELETE ON pgboss.instance TO signalbox_bot;
GRANT DELETE ON pgboss.job_dependency TO signalbox_bot;
