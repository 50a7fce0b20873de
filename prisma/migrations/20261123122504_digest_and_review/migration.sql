-- CreateTable
CREATE TABLE "review" (
    "id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "seed" TEXT NOT NULL,
    "population" INTEGER NOT NULL,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reviewed_run" (
    "review_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "run_id" TEXT NOT NULL,
    "route" TEXT,
    "path_clear" TEXT,
    "work_saved" TEXT,
    "caught_early" TEXT,
    "evidence_enough" TEXT,
    "note" TEXT,
    "answered_by" TEXT,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "reviewed_run_pkey" PRIMARY KEY ("review_id","position")
);

-- CreateIndex
CREATE INDEX "review_workflow_key_started_at_idx" ON "review"("workflow_key", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "reviewed_run_review_id_run_id_key" ON "reviewed_run"("review_id", "run_id");

-- CreateIndex
CREATE INDEX "event_received_at_idx" ON "event" USING BRIN ("received_at");

-- CreateIndex
CREATE INDEX "exception_opened_at_idx" ON "exception"("opened_at");

-- CreateIndex
CREATE INDEX "exception_resolved_at_idx" ON "exception"("resolved_at");

-- AddForeignKey
ALTER TABLE "reviewed_run" ADD CONSTRAINT "reviewed_run_review_id_fkey" FOREIGN KEY ("review_id") REFERENCES "review"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- The four answers about a run are there together, or not yet.
ALTER TABLE "reviewed_run" ADD CONSTRAINT "reviewed_run_answers" CHECK (
  ("answered_at" IS NULL AND "answered_by" IS NULL
    AND num_nulls("path_clear", "work_saved", "caught_early", "evidence_enough") = 4)
  OR ("answered_at" IS NOT NULL AND "answered_by" IS NOT NULL
    AND num_nulls("path_clear", "work_saved", "caught_early", "evidence_enough") = 0
    AND "path_clear" IN ('yes', 'no', 'na') AND "work_saved" IN ('yes', 'no', 'na')
    AND "caught_early" IN ('yes', 'no', 'na') AND "evidence_enough" IN ('yes', 'no', 'na'))
);
