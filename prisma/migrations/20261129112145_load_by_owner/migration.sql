-- AlterTable
ALTER TABLE "final_resolution" ADD COLUMN     "resolved_by" TEXT;

-- AlterTable
ALTER TABLE "outcome" ADD COLUMN     "owner_id" TEXT;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- Besides what it counted before: whose run ended, and who resolved a case.
CREATE OR REPLACE FUNCTION signalbox_outcome_facts(o "outcome") RETURNS TABLE (metric text, n bigint) LANGUAGE sql IMMUTABLE AS $$
  SELECT fact.metric, fact.n FROM (VALUES
    ('outcome:' || o."kind", 1::bigint),
    ('automated', o."is_automated"::integer::bigint),
    ('erred', o."is_erred"::integer::bigint),
    ('manual_steps', o."manual_steps"::bigint),
    ('hand_offs', o."hand_offs"::bigint),
    ('messages', o."messages"::bigint),
    ('people', o."people"::bigint),
    ('cycle:' || signalbox_time_bucket(o."cycle_ms"), 1::bigint),
    ('owned:' || o."owner_id", 1::bigint)
  ) AS fact (metric, n) WHERE fact.n > 0 AND fact.metric IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION signalbox_final_facts(f "final_resolution") RETURNS TABLE (metric text, n bigint) LANGUAGE sql IMMUTABLE AS $$
  SELECT fact.metric, 1::bigint FROM (VALUES
    ('resolved:' || f."resolved_as", true),
    ('due', f."is_due"),
    ('kept', f."is_met"),
    ('took:' || signalbox_time_bucket(f."took_ms"), f."resolved_as" NOT IN ('recovered', 'expired')),
    ('by:' || f."resolved_by", f."resolved_as" NOT IN ('recovered', 'expired') AND f."resolved_by" IS NOT NULL)
  ) AS fact (metric, holds) WHERE fact.holds
$$;
