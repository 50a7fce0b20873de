-- Hours that are over are a row for each workflow and hour, day or week, in place of one for each count. All are made anew from the
-- hours that `tally` still has.
DROP TABLE "tally_span";
DELETE FROM "tally_total";

-- CreateTable
CREATE TABLE "tally_span" (
    "unit" TEXT NOT NULL,
    "start" TIMESTAMPTZ(0) NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "counts" JSONB NOT NULL,
    "cycle" JSONB NOT NULL,
    "took" JSONB NOT NULL,

    CONSTRAINT "tally_span_pkey" PRIMARY KEY ("unit","start","workflow_key")
);

-- DropIndex
DROP INDEX "tally_metric_hour_idx";
DROP INDEX "tally_unfolded_idx";

-- {name: count} of both, added up.
CREATE FUNCTION signalbox_added(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
    SELECT key, sum(value::bigint) AS n
    FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) AS entries GROUP BY 1
  ) AS added
$$;

WITH over AS (
  DELETE FROM "tally" WHERE "hour" < date_trunc('hour', now(), 'UTC')
  RETURNING "workflow_key", "hour", "metric", "count"
), summed AS (
  SELECT unit, date_trunc(unit, "hour", 'UTC') AS start, "workflow_key", "metric", sum("count") AS n
  FROM over CROSS JOIN (VALUES ('hour'), ('day'), ('week')) AS spans (unit) GROUP BY 1, 2, 3, 4
), of_span AS (
  INSERT INTO "tally_span" ("unit", "start", "workflow_key", "counts", "cycle", "took")
  SELECT unit, start, "workflow_key",
    coalesce(jsonb_object_agg("metric", n) FILTER (WHERE "metric" !~ '^(cycle|took):'), '{}'),
    coalesce(jsonb_object_agg(substr("metric", 7), n) FILTER (WHERE "metric" ~ '^cycle:'), '{}'),
    coalesce(jsonb_object_agg(substr("metric", 6), n) FILTER (WHERE "metric" ~ '^took:'), '{}')
  FROM summed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
)
INSERT INTO "tally_total" ("workflow_key", "metric", "count")
SELECT "workflow_key", "metric", sum("count") FROM over GROUP BY 1, 2 ORDER BY 2, 1;

-- For what stood open, or was under way, when a week ended: runs that wait for a person, and beside `outcome_long_idx` what was
-- under way for a minute or more, and what stood open for an hour or more.
CREATE INDEX "run_held_idx" ON "run" ("received_at") WHERE "state" = 'held';
CREATE INDEX "outcome_minute_idx" ON "outcome" ("ended_at") WHERE "cycle_ms" >= 60000;
CREATE INDEX "exception_long_idx" ON "exception" ("settled_at") WHERE "settled_at" - "opened_at" >= interval '1 hour';
