-- CreateTable
CREATE TABLE "action_answer" (
    "run_id" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "attempt_id" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "headers" JSON NOT NULL,
    "body" JSON,
    "kept_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "action_answer_pkey" PRIMARY KEY ("run_id","route","name")
);

-- AddForeignKey
ALTER TABLE "action_answer" ADD CONSTRAINT "action_answer_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

CREATE TRIGGER immutable BEFORE UPDATE ON "action_answer" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
