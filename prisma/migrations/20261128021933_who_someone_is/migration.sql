-- AlterTable
ALTER TABLE "person" ADD COLUMN     "enterprise_id" TEXT,
ADD COLUMN     "is_restricted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "is_stranger" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "is_ultra_restricted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "team_id" TEXT;

-- AlterTable
ALTER TABLE "person_group" ADD COLUMN     "team_id" TEXT;

-- CreateTable
CREATE TABLE "workspace" (
    "place" INTEGER NOT NULL DEFAULT 1,
    "team_id" TEXT NOT NULL,
    "enterprise_id" TEXT,
    "groups_refused" TEXT,
    "groups_refused_at" TIMESTAMPTZ(3),
    "synced_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("place")
);

-- CreateTable
CREATE TABLE "name_binding" (
    "scope" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slack_id" TEXT,
    "bound_at" TIMESTAMPTZ(3),

    CONSTRAINT "name_binding_pkey" PRIMARY KEY ("scope","name")
);

ALTER TABLE "workspace" ADD CONSTRAINT "workspace_one_row" CHECK ("place" = 1);

-- A name is bound once: whoever gets the handle later is not who was meant.
CREATE FUNCTION signalbox_bound_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD."slack_id" IS NOT NULL OR NEW."scope" <> OLD."scope" OR NEW."name" <> OLD."name" THEN
    RAISE EXCEPTION '% rows are bound once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bound_once BEFORE UPDATE OR DELETE ON "name_binding" FOR EACH ROW EXECUTE FUNCTION signalbox_bound_once();
