-- AlterTable
ALTER TABLE "workflow" ADD COLUMN     "shadow_id" TEXT;

-- CreateTable
CREATE TABLE "draft" (
    "workflow_key" TEXT NOT NULL,
    "based_on" INTEGER NOT NULL,
    "definition" JSON NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "draft_pkey" PRIMARY KEY ("workflow_key")
);

-- CreateTable
CREATE TABLE "shadow" (
    "version_id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "started_by" TEXT NOT NULL,
    "ended_as" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "decided" BIGINT NOT NULL DEFAULT 0,
    "different" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "shadow_pkey" PRIMARY KEY ("version_id")
);

-- CreateTable
CREATE TABLE "shadow_difference" (
    "version_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "live" TEXT NOT NULL,
    "shadow" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shadow_difference_pkey" PRIMARY KEY ("version_id","run_id")
);

-- CreateIndex
CREATE INDEX "shadow_workflow_key_started_at_idx" ON "shadow"("workflow_key", "started_at");

-- AddForeignKey
ALTER TABLE "shadow_difference" ADD CONSTRAINT "shadow_difference_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "shadow"("version_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────
ALTER TABLE "shadow" ADD CONSTRAINT "shadow_ended" CHECK (
  ("ended_as" IS NULL) = ("ended_at" IS NULL) AND "ended_as" IN ('stopped', 'promoted', 'replaced'));
