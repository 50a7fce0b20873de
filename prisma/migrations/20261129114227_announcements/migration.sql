-- CreateTable
CREATE TABLE "subscription" (
    "name" TEXT NOT NULL,
    "types" TEXT[],
    "workflows" TEXT[],

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "announcement" (
    "id" TEXT NOT NULL,
    "subscription" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "run_id" TEXT,
    "exception_id" TEXT,
    "digest_id" TEXT,
    "workflow_key" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "taken_until" TIMESTAMPTZ(3),
    "status" INTEGER,
    "error" TEXT,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "announcement_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "announcement_subscription_at_idx" ON "announcement"("subscription", "at");

-- CreateIndex
CREATE INDEX "announcement_run_id_idx" ON "announcement"("run_id");

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

ALTER TABLE "announcement" ADD CONSTRAINT "announcement_state" CHECK ("state" IN ('waiting', 'sent', 'dead'));
CREATE INDEX "announcement_waiting_idx" ON "announcement"("next_at") WHERE "state" = 'waiting';
CREATE INDEX "announcement_dead_idx" ON "announcement"("subscription") WHERE "state" = 'dead';

-- In the transaction in which a thing happens, so that none is told of what was rolled back, and of the rest nobody misses any.
-- Findings about Signalbox itself are no runs of a workflow's business.
CREATE FUNCTION signalbox_announce_outcomes() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO "announcement" ("id", "subscription", "type", "run_id", "workflow_key", "at", "next_at")
  SELECT 'ann_' || replace(gen_random_uuid()::text, '-', ''), s."name", 'run.completed', n."run_id", n."workflow_key", n."ended_at", n."ended_at"
  FROM "subscription" s JOIN new_rows n ON cardinality(s."workflows") = 0 OR n."workflow_key" = ANY (s."workflows")
  WHERE 'run.completed' = ANY (s."types")
    AND NOT EXISTS (SELECT FROM "run" r JOIN "event" e ON e."id" = r."event_id" WHERE r."id" = n."run_id" AND e."source" = 'watchdog');
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT ON "outcome" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION signalbox_announce_outcomes();

CREATE FUNCTION signalbox_announce_opened() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO "announcement" ("id", "subscription", "type", "run_id", "exception_id", "workflow_key", "at", "next_at")
  SELECT 'ann_' || replace(gen_random_uuid()::text, '-', ''), s."name", 'exception.opened', n."run_id", n."id", n."workflow_key", n."opened_at", n."opened_at"
  FROM "subscription" s JOIN new_rows n ON cardinality(s."workflows") = 0 OR n."workflow_key" = ANY (s."workflows")
  WHERE 'exception.opened' = ANY (s."types");
  RETURN NULL;
END $$;
CREATE TRIGGER announce_opened AFTER INSERT ON "exception" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION signalbox_announce_opened();

CREATE FUNCTION signalbox_announce_moved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO "announcement" ("id", "subscription", "type", "run_id", "exception_id", "workflow_key", "at", "next_at")
  SELECT 'ann_' || replace(gen_random_uuid()::text, '-', ''), s."name", 'exception.resolved', n."run_id", n."id", n."workflow_key", n."resolved_at", n."resolved_at"
  FROM "subscription" s
  JOIN (new_rows n JOIN old_rows o ON o."id" = n."id" AND o."state" = 'open' AND n."state" <> 'open')
    ON cardinality(s."workflows") = 0 OR n."workflow_key" = ANY (s."workflows")
  WHERE 'exception.resolved' = ANY (s."types");
  INSERT INTO "announcement" ("id", "subscription", "type", "run_id", "exception_id", "workflow_key", "at", "next_at")
  SELECT 'ann_' || replace(gen_random_uuid()::text, '-', ''), s."name", 'exception.escalated', n."run_id", n."id", n."workflow_key", n."reminded_at", n."reminded_at"
  FROM "subscription" s
  JOIN (new_rows n JOIN old_rows o ON o."id" = n."id" AND n."escalation" > o."escalation" AND n."reminded_at" IS NOT NULL)
    ON cardinality(s."workflows") = 0 OR n."workflow_key" = ANY (s."workflows")
  WHERE 'exception.escalated' = ANY (s."types");
  RETURN NULL;
END $$;
CREATE TRIGGER announce_moved AFTER UPDATE ON "exception" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION signalbox_announce_moved();

CREATE FUNCTION signalbox_announce_digests() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO "announcement" ("id", "subscription", "type", "digest_id", "at", "next_at")
  SELECT 'ann_' || replace(gen_random_uuid()::text, '-', ''), s."name", 'digest.posted', n."id", n."submitted_at", n."submitted_at"
  FROM "subscription" s CROSS JOIN new_rows n WHERE 'digest.posted' = ANY (s."types");
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT ON "digest" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION signalbox_announce_digests();
