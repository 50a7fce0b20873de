-- AlterTable
ALTER TABLE "event" ADD COLUMN     "delivery_id" TEXT;

-- CreateTable
CREATE TABLE "delivery" (
    "id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "dedupe_key" TEXT,
    "type" TEXT,
    "content_type" TEXT NOT NULL,
    "body" BYTEA NOT NULL,
    "content_hash" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "wanted" INTEGER NOT NULL,
    "redeliveries" INTEGER NOT NULL DEFAULT 0,
    "erased" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "delivery_address_dedupe_key_key" ON "delivery"("address", "dedupe_key");

-- CreateIndex
CREATE INDEX "delivery_address_received_at_idx" ON "delivery"("address", "received_at");

-- AddForeignKey
-- Not valid for what stands: events of before have none, and reading them all would hold up captures.
ALTER TABLE "event" ADD CONSTRAINT "event_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "delivery"("id") ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

CREATE INDEX "event_delivery_id_idx" ON "event" ("delivery_id") WHERE "delivery_id" IS NOT NULL;
CREATE INDEX "delivery_ignored_idx" ON "delivery" ("received_at", "address", "type") WHERE "wanted" = 0;
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_erased_check" CHECK ("erased" BETWEEN 0 AND "wanted"),
                       ADD CONSTRAINT "delivery_ignored_check" CHECK ("wanted" > 0 OR "body" = '');

DO $migration$
DECLARE
  ours text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = '"audit"'::regclass);
BEGIN
  EXECUTE replace($sql$
    -- An event of a source is emptied by letting go of its delivery: nothing leads from it to the bytes any more.
    CREATE OR REPLACE FUNCTION @ours@.signalbox_only_emptied() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      allowed record := OLD;
    BEGIN
      IF current_setting('signalbox.erasing', true) = 'on' THEN
        IF TG_TABLE_NAME = 'event' THEN
          allowed."body" := '';
          allowed."headers" := '{}';
          allowed."delivery_id" := NULL;
        ELSIF TG_TABLE_NAME = 'decision' THEN
          allowed."inputs" := '{}';
          allowed."trace" := (SELECT coalesce(jsonb_agg(rule - 'because' - 'error' ORDER BY place), '[]')
            FROM jsonb_array_elements(OLD."trace") WITH ORDINALITY AS rules(rule, place));
        ELSIF TG_TABLE_NAME = 'outcome' THEN
          allowed."note" := NULL;
        END IF;
        IF NEW IS NOT DISTINCT FROM allowed THEN
          RETURN NEW;
        END IF;
      END IF;
      RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$;

    -- A delivery counts how often it came again. A session that erases takes note of each event that let go of it, and empties it
    -- with the last.
    CREATE FUNCTION @ours@.signalbox_delivery_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      allowed record := OLD;
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF NEW."redeliveries" > OLD."redeliveries" THEN
          allowed."redeliveries" := NEW."redeliveries";
        END IF;
        IF current_setting('signalbox.erasing', true) = 'on' AND has_table_privilege('@ours@."event"', 'UPDATE') THEN
          IF NEW."erased" > OLD."erased" THEN
            allowed."erased" := NEW."erased";
          END IF;
          IF NEW."erased" = NEW."wanted" THEN
            allowed."body" := '';
            allowed."content_hash" := NULL;
          END IF;
        END IF;
        IF NEW IS NOT DISTINCT FROM allowed THEN
          RETURN NEW;
        END IF;
      END IF;
      RAISE EXCEPTION 'delivery rows are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON @ours@."delivery"
      FOR EACH ROW EXECUTE FUNCTION @ours@.signalbox_delivery_kept();
  $sql$, '@ours@', ours);
END $migration$;
