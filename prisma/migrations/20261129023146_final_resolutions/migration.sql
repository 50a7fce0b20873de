-- AlterTable
ALTER TABLE "exception" ADD COLUMN     "case_opened_at" TIMESTAMPTZ(3),
ADD COLUMN     "is_first_fault" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "reopens" TEXT;

-- CreateTable
CREATE TABLE "final_resolution" (
    "exception_id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "resolved_as" TEXT NOT NULL,
    "took_ms" DOUBLE PRECISION NOT NULL,
    "is_due" BOOLEAN NOT NULL,
    "is_met" BOOLEAN NOT NULL,
    "final_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "final_resolution_pkey" PRIMARY KEY ("exception_id")
);

-- CreateIndex
CREATE INDEX "final_resolution_final_at_idx" ON "final_resolution"("final_at");

-- AddForeignKey
ALTER TABLE "final_resolution" ADD CONSTRAINT "final_resolution_exception_id_fkey" FOREIGN KEY ("exception_id") REFERENCES "exception"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

CREATE TRIGGER immutable BEFORE UPDATE ON "final_resolution" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();

-- What an exception counts in the hour when it is opened. A case that came back is no new one.
CREATE FUNCTION signalbox_opened_facts(e "exception") RETURNS TABLE (metric text, n bigint) LANGUAGE sql IMMUTABLE AS $$
  SELECT fact.metric, 1::bigint FROM (VALUES
    ('opened:' || e."reason", e."reopens" IS NULL),
    ('reopened', e."reopens" IS NOT NULL),
    ('erred', e."is_first_fault")
  ) AS fact (metric, holds) WHERE fact.holds
$$;

-- What a resolution counts in the hour when it proves final. What closed by itself (recovered), or because nobody acted in time
-- (expired), says nothing about how long people take.
CREATE FUNCTION signalbox_final_facts(f "final_resolution") RETURNS TABLE (metric text, n bigint) LANGUAGE sql IMMUTABLE AS $$
  SELECT fact.metric, 1::bigint FROM (VALUES
    ('resolved:' || f."resolved_as", true),
    ('due', f."is_due"),
    ('kept', f."is_met"),
    ('took:' || signalbox_time_bucket(f."took_ms"), f."resolved_as" NOT IN ('recovered', 'expired'))
  ) AS fact (metric, holds) WHERE fact.holds
$$;

CREATE OR REPLACE FUNCTION signalbox_facts("from" timestamptz, "until" timestamptz)
RETURNS TABLE (workflow_key text, at timestamptz, metric text, n bigint) LANGUAGE sql STABLE AS $$
  SELECT r."workflow_key", r."received_at", 'accepted', 1::bigint
  FROM "workflow" w JOIN "run" r ON r."workflow_key" = w."key" AND r."received_at" >= "from" AND r."received_at" < "until"
  UNION ALL
  SELECT o."workflow_key", o."ended_at", f.metric, f.n
  FROM "outcome" o CROSS JOIN LATERAL signalbox_outcome_facts(o) f
  WHERE o."ended_at" >= "from" AND o."ended_at" < "until"
  UNION ALL
  SELECT e."workflow_key", e."opened_at", f.metric, f.n
  FROM "exception" e CROSS JOIN LATERAL signalbox_opened_facts(e) f
  WHERE e."opened_at" >= "from" AND e."opened_at" < "until"
  UNION ALL
  SELECT r."workflow_key", r."final_at", f.metric, f.n
  FROM "final_resolution" r CROSS JOIN LATERAL signalbox_final_facts(r) f
  WHERE r."final_at" >= "from" AND r."final_at" < "until"
$$;

-- What was there before. Until now nothing told a case that came back from a new one.
ALTER TABLE "exception" DISABLE TRIGGER "sealed";
UPDATE "exception" SET "is_first_fault" = true WHERE "id" IN (
  SELECT DISTINCT ON ("run_id") "id" FROM "exception"
  WHERE "reason" IN ('stale_data', 'lookup_failed', 'action_failed', 'action_refused', 'timed_out', 'source_silent', 'internal_error')
  ORDER BY "run_id", "opened_at", "id");
ALTER TABLE "exception" ENABLE TRIGGER "sealed";
ALTER TABLE "outcome" DISABLE TRIGGER "immutable";
UPDATE "outcome" o SET "is_erred" = NOT o."is_erred"
WHERE o."is_erred" <> (o."kind" = 'failed'
  AND NOT EXISTS (SELECT FROM "exception" e WHERE e."run_id" = o."run_id" AND e."is_first_fault"));
ALTER TABLE "outcome" ENABLE TRIGGER "immutable";
INSERT INTO "final_resolution" ("exception_id", "workflow_key", "resolved_as", "took_ms", "is_due", "is_met", "final_at")
SELECT e."id", e."workflow_key", e."resolved_as", extract(epoch FROM e."resolved_at" - e."opened_at") * 1000,
  e."resolved_as" <> 'recovered' AND e."due_at" IS NOT NULL,
  e."resolved_as" <> 'recovered'
    AND coalesce(least(e."acknowledged_at", CASE WHEN e."resolved_as" <> 'expired' THEN e."resolved_at" END) <= e."due_at", false),
  coalesce(next.at, o."ended_at")
FROM "exception" e LEFT JOIN "outcome" o ON o."run_id" = e."run_id"
CROSS JOIN LATERAL (SELECT min(n."opened_at") AS at FROM "exception" n
  WHERE n."run_id" = e."run_id" AND n."id" <> e."id" AND n."opened_at" >= e."resolved_at") next
WHERE e."state" = 'resolved' AND coalesce(next.at, o."ended_at") IS NOT NULL;

-- Counted anew, but for what only the counters know. The scheduler folds the hours that are over.
CREATE TEMP TABLE "known_to_counters" ON COMMIT DROP AS
SELECT "workflow_key", "hour", "metric", sum(n) AS n FROM (
  SELECT "workflow_key", "hour", "metric", "count" AS n FROM "counter"
  UNION ALL
  SELECT "workflow_key", "start", key, value::bigint FROM "counter_span" CROSS JOIN LATERAL jsonb_each_text("counts")
  WHERE "unit" = 'hour'
) AS told WHERE "metric" = 'duplicate' OR "metric" LIKE 'rule:%' GROUP BY 1, 2, 3;
TRUNCATE "counter", "counter_span", "counter_total";
INSERT INTO "counter" ("workflow_key", "hour", "metric", "shard", "count")
SELECT workflow_key, date_trunc('hour', at, 'UTC'), metric, 0, sum(n) FROM signalbox_facts('-infinity', 'infinity') GROUP BY 1, 2, 3
UNION ALL
SELECT "workflow_key", "hour", "metric", 0, n FROM "known_to_counters";
