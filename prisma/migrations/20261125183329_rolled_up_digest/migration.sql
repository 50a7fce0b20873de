-- AlterTable
ALTER TABLE "outcome" ADD COLUMN     "hand_offs" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "is_erred" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "is_automated" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "messages" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "people" INTEGER NOT NULL DEFAULT 0;

-- Counted anew at the end of this migration, but for what only the counters know.
ALTER TABLE "counter" RENAME TO "counter_before";
ALTER TABLE "counter_before" RENAME CONSTRAINT "counter_pkey" TO "counter_before_pkey";

-- CreateTable
CREATE TABLE "counter" (
    "workflow_key" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "metric" TEXT NOT NULL,
    "shard" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "counter_pkey" PRIMARY KEY ("hour","workflow_key","metric","shard")
);

-- CreateTable
CREATE TABLE "counter_span" (
    "unit" TEXT NOT NULL,
    "start" TIMESTAMPTZ(0) NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "counts" JSONB NOT NULL,
    "cycle" JSONB NOT NULL,
    "took" JSONB NOT NULL,

    CONSTRAINT "counter_span_pkey" PRIMARY KEY ("unit","start","workflow_key")
);

-- CreateTable
CREATE TABLE "counter_total" (
    "workflow_key" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "counter_total_pkey" PRIMARY KEY ("metric","workflow_key")
);

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- For what stood open, or was under way, when a week ended: runs that wait for a person, what was under way for a minute or an hour,
-- and what stood open for an hour.
CREATE INDEX "run_held_idx" ON "run" ("received_at") WHERE "state" = 'held';
CREATE INDEX "outcome_minute_idx" ON "outcome" ("ended_at") WHERE "cycle_ms" >= 60000;
CREATE INDEX "outcome_long_idx" ON "outcome" ("ended_at") WHERE "cycle_ms" >= 3600000;
CREATE INDEX "exception_long_idx" ON "exception" ("resolved_at") WHERE "resolved_at" - "opened_at" >= interval '1 hour';

-- A stretch of time as one of the buckets of a histogram, sixteen to each doubling, so that a bucket's middle is within
-- 2.2 % of what is in it: those of Prometheus' native histograms of schema 4. Up to a millisecond it is bucket 0.
CREATE FUNCTION signalbox_time_bucket(ms double precision) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT ceil(16 * ln(greatest(ms, 1)) / ln(2::double precision))::integer
$$;

-- What an outcome counts, in the hour when it ended.
CREATE FUNCTION signalbox_outcome_facts(o "outcome") RETURNS TABLE (metric text, n bigint) LANGUAGE sql IMMUTABLE AS $$
  SELECT fact.metric, fact.n FROM (VALUES
    ('outcome:' || o."kind", 1::bigint),
    ('automated', o."is_automated"::integer::bigint),
    ('erred', o."is_erred"::integer::bigint),
    ('manual_steps', o."manual_steps"::bigint),
    ('hand_offs', o."hand_offs"::bigint),
    ('messages', o."messages"::bigint),
    ('people', o."people"::bigint),
    ('cycle:' || signalbox_time_bucket(o."cycle_ms"), 1::bigint)
  ) AS fact (metric, n) WHERE fact.n > 0
$$;

-- What an exception counts once it is resolved, in the hour of that. One that closed by itself (recovered) says nothing
-- about how fast people answer.
CREATE FUNCTION signalbox_resolved_facts(e "exception") RETURNS TABLE (metric text, n bigint) LANGUAGE sql IMMUTABLE AS $$
  SELECT fact.metric, 1::bigint FROM (VALUES
    ('resolved:' || e."resolved_as", true),
    ('due', e."resolved_as" <> 'recovered' AND e."due_at" IS NOT NULL),
    ('kept', e."resolved_as" <> 'recovered' AND least(e."acknowledged_at", e."resolved_at") <= e."due_at"),
    ('took:' || signalbox_time_bucket((extract(epoch FROM e."resolved_at" - e."opened_at") * 1000)::double precision),
      e."resolved_as" <> 'recovered')
  ) AS fact (metric, holds) WHERE fact.holds
$$;

-- What the rows themselves count between two moments: what the counters hold of whole hours.
CREATE FUNCTION signalbox_facts("from" timestamptz, "until" timestamptz)
RETURNS TABLE (workflow_key text, at timestamptz, metric text, n bigint) LANGUAGE sql STABLE AS $$
  SELECT r."workflow_key", r."received_at", 'accepted', 1::bigint
  FROM "workflow" w JOIN "run" r ON r."workflow_key" = w."key" AND r."received_at" >= "from" AND r."received_at" < "until"
  UNION ALL
  SELECT o."workflow_key", o."ended_at", f.metric, f.n
  FROM "outcome" o CROSS JOIN LATERAL signalbox_outcome_facts(o) f
  WHERE o."ended_at" >= "from" AND o."ended_at" < "until"
  UNION ALL
  SELECT e."workflow_key", e."opened_at", 'opened:' || e."reason", 1::bigint
  FROM "exception" e WHERE e."opened_at" >= "from" AND e."opened_at" < "until"
  UNION ALL
  SELECT e."workflow_key", e."resolved_at", f.metric, f.n
  FROM "exception" e CROSS JOIN LATERAL signalbox_resolved_facts(e) f
  WHERE e."resolved_at" >= "from" AND e."resolved_at" < "until"
$$;

-- {name: count} of both, added up.
CREATE FUNCTION signalbox_added(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
    SELECT key, sum(value::bigint) AS n
    FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) AS entries GROUP BY 1
  ) AS added
$$;

-- What was there before this migration, counted once.
ALTER TABLE "outcome" DISABLE TRIGGER "immutable";
UPDATE "outcome" o SET "hand_offs" = a.hand_offs, "people" = a.people, "messages" = x.cards + a.lines,
  "is_automated" = o."manual_steps" = 0 AND x.stops = 0, "is_erred" = o."kind" = 'failed' OR x.errors > 0
FROM "outcome" same
CROSS JOIN LATERAL (
  SELECT count(*) AS stops, count(c."id") AS cards,
         count(*) FILTER (WHERE e."reason" NOT IN ('approval_required', 'needs_judgement', 'duplicate_suspected')) AS errors
  FROM "exception" e LEFT JOIN "card" c
    ON c."kind" = 'exception' AND c."subject_id" = e."id" AND c."folded_into" IS NULL
  WHERE e."run_id" = same."run_id") x
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE "action" = 'exception.reassigned') AS hand_offs,
         count(DISTINCT "actor") FILTER (WHERE "surface" IN ('slack', 'cli')) AS people, count(n."id") AS lines
  FROM "audit" LEFT JOIN "card" n ON n."kind" = 'notice' AND n."subject_id" = 'audit:' || "audit"."id"
  WHERE "audit"."run_id" = same."run_id" AND "audit"."at" <= same."ended_at") a
WHERE o."run_id" = same."run_id" AND (x.stops > 0 OR a.people > 0 OR o."kind" = 'failed');
ALTER TABLE "outcome" ENABLE TRIGGER "immutable";
INSERT INTO "counter" ("workflow_key", "hour", "metric", "shard", "count")
SELECT workflow_key, date_trunc('hour', at, 'UTC'), metric, 0, sum(n) FROM signalbox_facts('-infinity', 'infinity') GROUP BY 1, 2, 3
UNION ALL
SELECT "workflow_key", "day" + time '00:00' AT TIME ZONE 'UTC', "metric", 0, sum("count") FROM "counter_before"
WHERE "metric" = 'duplicate' OR "metric" LIKE 'rule:%' GROUP BY 1, 2, 3;
DROP TABLE "counter_before";

-- As the scheduler folds hours that are over.
WITH over AS (
  DELETE FROM "counter" WHERE "hour" < date_trunc('hour', now(), 'UTC')
  RETURNING "workflow_key", "hour", "metric", "count"
), summed AS (
  SELECT unit, date_trunc(unit, "hour", 'UTC') AS start, "workflow_key", "metric", sum("count") AS n
  FROM over CROSS JOIN (VALUES ('hour'), ('day'), ('week')) AS spans (unit) GROUP BY 1, 2, 3, 4
), of_span AS (
  INSERT INTO "counter_span" ("unit", "start", "workflow_key", "counts", "cycle", "took")
  SELECT unit, start, "workflow_key",
    coalesce(jsonb_object_agg("metric", n) FILTER (WHERE "metric" !~ '^(cycle|took):'), '{}'),
    coalesce(jsonb_object_agg(substr("metric", 7), n) FILTER (WHERE "metric" ~ '^cycle:'), '{}'),
    coalesce(jsonb_object_agg(substr("metric", 6), n) FILTER (WHERE "metric" ~ '^took:'), '{}')
  FROM summed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
)
INSERT INTO "counter_total" ("workflow_key", "metric", "count")
SELECT "workflow_key", "metric", sum("count") FROM over GROUP BY 1, 2 ORDER BY 2, 1;
