-- DropIndex
DROP INDEX "run_subject_idx";

-- CreateIndex
CREATE INDEX "run_subject_idx" ON "run"("subject" text_pattern_ops);
