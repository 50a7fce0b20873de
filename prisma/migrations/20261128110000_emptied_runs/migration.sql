-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- From now on whoever empties a run says so in the audit's chain (runs.emptied): without that row, words that are gone were
-- taken. What was emptied before is noted once, as it stands.
DO $$
DECLARE
  noted record;
BEGIN
  FOR noted IN
    SELECT part, jsonb_agg(run."id" ORDER BY run."id") AS runs
    FROM "run" run CROSS JOIN LATERAL jsonb_object_keys(run."erased") AS part
    WHERE run."erased" IS NOT NULL GROUP BY part ORDER BY part
  LOOP
    INSERT INTO "audit" ("at", "actor", "surface", "action", "target", "after", "note")
    VALUES (date_trunc('milliseconds', now()), 'engine', 'engine', 'runs.emptied', noted.part,
      jsonb_build_object('parts', jsonb_build_array(noted.part), 'runs', noted.runs), 'emptied before an upgrade');
  END LOOP;
END $$;
