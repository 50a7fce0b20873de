-- A paused workflow is a pause like the others. Who paused it, and why, stands in the audit's last word on it.
INSERT INTO "pause" ("id", "paused_at", "paused_by", "note")
SELECT 'workflow:' || w."key", w."paused_at", coalesce(a."actor", 'engine'), a."note"
FROM "workflow" w LEFT JOIN LATERAL (
  SELECT "actor", "note" FROM "audit" WHERE "target" = 'workflow:' || w."key" AND "action" = 'paused'
  ORDER BY "id" DESC LIMIT 1
) a ON true
WHERE w."paused_at" IS NOT NULL;

-- AlterTable
ALTER TABLE "workflow" DROP COLUMN "paused_at";
