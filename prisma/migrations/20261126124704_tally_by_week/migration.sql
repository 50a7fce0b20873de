-- Days stay as they are; weeks, from Monday on, are added to them.
ALTER TABLE "tally_day" RENAME TO "tally_span";
ALTER TABLE "tally_span" RENAME COLUMN "day" TO "start";
ALTER TABLE "tally_span" ADD COLUMN "unit" TEXT NOT NULL DEFAULT 'day';
ALTER TABLE "tally_span" ALTER COLUMN "unit" DROP DEFAULT;
ALTER TABLE "tally_span" DROP CONSTRAINT "tally_day_pkey";
DROP INDEX "tally_day_metric_day_idx";

INSERT INTO "tally_span" ("unit", "start", "workflow_key", "metric", "count")
SELECT 'week', date_trunc('week', "start")::date, "workflow_key", "metric", sum("count")
FROM "tally_span" GROUP BY 2, 3, 4 ORDER BY 2, 3, 4;

ALTER TABLE "tally_span" ADD CONSTRAINT "tally_span_pkey" PRIMARY KEY ("unit", "start", "workflow_key", "metric");
CREATE INDEX "tally_span_unit_metric_start_idx" ON "tally_span" ("unit", "metric", "start");
