-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- Counts of hours that are over are folded as the owner of the tables: the bot's own role takes nothing away from them and
-- writes no sums. Its path is fixed and its names are qualified, as those of the audit's functions are.
DO $migration$
DECLARE
  ours text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = '"audit"'::regclass);
BEGIN
  EXECUTE replace($sql$
    ALTER FUNCTION @ours@.signalbox_added(jsonb, jsonb) SET search_path = pg_catalog, pg_temp;

    CREATE FUNCTION @ours@.signalbox_fold_counters(before timestamptz) RETURNS void LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      WITH over AS (
        DELETE FROM @ours@."counter" WHERE "hour" < before RETURNING "workflow_key", "hour", "metric", "count"
      ), summed AS (
        SELECT unit, date_trunc(unit, "hour", 'UTC') AS start, "workflow_key", "metric", sum("count") AS n
        FROM over CROSS JOIN (VALUES ('hour'), ('day'), ('week')) AS spans (unit) GROUP BY 1, 2, 3, 4
      ), of_span AS (
        INSERT INTO @ours@."counter_span" ("unit", "start", "workflow_key", "counts", "cycle", "took")
        SELECT unit, start, "workflow_key",
          coalesce(jsonb_object_agg("metric", n) FILTER (WHERE "metric" !~ '^(cycle|took):'), '{}'),
          coalesce(jsonb_object_agg(substr("metric", 7), n) FILTER (WHERE "metric" ~ '^cycle:'), '{}'),
          coalesce(jsonb_object_agg(substr("metric", 6), n) FILTER (WHERE "metric" ~ '^took:'), '{}')
        FROM summed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT ("unit", "start", "workflow_key") DO UPDATE SET
          "counts" = @ours@.signalbox_added(counter_span."counts", excluded."counts"),
          "cycle" = @ours@.signalbox_added(counter_span."cycle", excluded."cycle"),
          "took" = @ours@.signalbox_added(counter_span."took", excluded."took")
      )
      INSERT INTO @ours@."counter_total" ("workflow_key", "metric", "count")
      SELECT "workflow_key", "metric", sum("count") FROM over GROUP BY 1, 2 ORDER BY 2, 1
      ON CONFLICT ("metric", "workflow_key") DO UPDATE SET "count" = counter_total."count" + excluded."count";
    END $$;
    REVOKE EXECUTE ON FUNCTION @ours@.signalbox_fold_counters(timestamptz) FROM PUBLIC;
  $sql$, '@ours@', ours);
END $migration$;
