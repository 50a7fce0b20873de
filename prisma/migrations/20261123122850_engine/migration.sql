-- AlterTable
ALTER TABLE "run" ADD COLUMN     "action_root" TEXT,
ADD COLUMN     "parked_by" TEXT;

-- CreateTable
CREATE TABLE "lookup_table" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "key_column" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL,
    "imported_by" TEXT NOT NULL,

    CONSTRAINT "lookup_table_pkey" PRIMARY KEY ("name","version")
);

-- CreateTable
CREATE TABLE "lookup_row" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "lookup_row_pkey" PRIMARY KEY ("name","version","key")
);

-- CreateTable
CREATE TABLE "lookup_answer" (
    "asked" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lookup_answer_pkey" PRIMARY KEY ("asked")
);

-- CreateTable
CREATE TABLE "pause" (
    "id" TEXT NOT NULL,
    "paused_at" TIMESTAMPTZ(3) NOT NULL,
    "paused_by" TEXT NOT NULL,
    "note" TEXT,

    CONSTRAINT "pause_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay_batch" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "query" JSONB NOT NULL,
    "version" TEXT NOT NULL,
    "repeat_done" BOOLEAN NOT NULL,
    "per_minute" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "because" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "replay_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay_item" (
    "batch_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "new_run_id" TEXT,
    "refused" TEXT,

    CONSTRAINT "replay_item_pkey" PRIMARY KEY ("batch_id","run_id")
);

-- CreateTable
CREATE TABLE "heartbeat" (
    "part" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("part")
);

-- CreateTable
CREATE TABLE "shape" (
    "workflow_key" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "seen" BIGINT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shape_pkey" PRIMARY KEY ("workflow_key","source","path","type")
);

-- CreateIndex
CREATE INDEX "lookup_answer_observed_at_idx" ON "lookup_answer"("observed_at");

-- CreateIndex
CREATE UNIQUE INDEX "replay_batch_name_key" ON "replay_batch"("name");

-- CreateIndex
CREATE INDEX "attempt_idempotency_key_idx" ON "attempt"("idempotency_key");

-- AddForeignKey
ALTER TABLE "lookup_row" ADD CONSTRAINT "lookup_row_name_version_fkey" FOREIGN KEY ("name", "version") REFERENCES "lookup_table"("name", "version") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replay_item" ADD CONSTRAINT "replay_item_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "replay_batch"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────
ALTER TABLE "replay_batch" ADD CONSTRAINT "replay_batch_state"
  CHECK ("state" IN ('planned', 'running', 'done', 'cancelled', 'stopped'));
-- The replays of a run; the items of a batch that are still to do.
CREATE INDEX "run_replay_of_idx" ON "run" ("replay_of") WHERE "replay_of" IS NOT NULL;
CREATE INDEX "replay_item_to_do_idx" ON "replay_item" ("batch_id", "run_id")
  WHERE "new_run_id" IS NULL AND "refused" IS NULL;
