-- An event with the id of an earlier one and other content is an event of its own, and says which one came before.
ALTER TABLE "event" ADD COLUMN "same_id_as" TEXT;

CREATE INDEX "event_same_id_as_idx" ON "event" ("same_id_as") WHERE "same_id_as" IS NOT NULL;
