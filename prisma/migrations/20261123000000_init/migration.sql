-- CreateTable
CREATE TABLE "workflow" (
    "key" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "team" TEXT,
    "owner_spec" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "current_number" INTEGER NOT NULL,
    "paused_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workflow_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "workflow_version" (
    "id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "standards" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_by" TEXT NOT NULL,
    "note" TEXT,

    CONSTRAINT "workflow_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rule" (
    "id" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "when" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "owner" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "standards" (
    "id" SERIAL NOT NULL,
    "content_hash" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_by" TEXT NOT NULL,

    CONSTRAINT "standards_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "dedupe_key" TEXT,
    "content_type" TEXT NOT NULL,
    "headers" JSONB NOT NULL,
    "body" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "subject" TEXT,
    "state" TEXT NOT NULL DEFAULT 'in_flight',
    "stage" TEXT NOT NULL DEFAULT 'decide',
    "route" TEXT,
    "step" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "taken_until" TIMESTAMPTZ(3),
    "redeliveries" INTEGER NOT NULL DEFAULT 0,
    "replay_of" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "record" (
    "run_id" TEXT NOT NULL,
    "fields" JSONB NOT NULL,
    "sources" JSONB NOT NULL,
    "corrections" JSONB NOT NULL DEFAULT '{}',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "record_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "rule" TEXT,
    "route" TEXT,
    "reason" TEXT,
    "owner" TEXT,
    "trace" JSONB NOT NULL,
    "inputs" JSONB NOT NULL,
    "decided_by" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'started',
    "status" INTEGER,
    "answer" TEXT,
    "error" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exception" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "fingerprint" TEXT NOT NULL,
    "owner_spec" TEXT NOT NULL,
    "owner_id" TEXT,
    "owner_since" TIMESTAMPTZ(3) NOT NULL,
    "policy" JSONB NOT NULL,
    "approvals" JSONB NOT NULL DEFAULT '[]',
    "state" TEXT NOT NULL DEFAULT 'open',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),
    "snoozed_until" TIMESTAMPTZ(3),
    "reminded_at" TIMESTAMPTZ(3),
    "escalation" INTEGER NOT NULL DEFAULT 0,
    "resolved_as" TEXT,
    "resolved_by" TEXT,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_note" TEXT,

    CONSTRAINT "exception_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outcome" (
    "run_id" TEXT NOT NULL,
    "workflow_key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "route" TEXT,
    "note" TEXT,
    "manual_steps" INTEGER NOT NULL DEFAULT 0,
    "cycle_ms" DOUBLE PRECISION NOT NULL,
    "ended_by" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "outcome_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "card" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "wanted_revision" INTEGER NOT NULL DEFAULT 1,
    "posted_revision" INTEGER NOT NULL DEFAULT 0,
    "posted_channel" TEXT,
    "ts" TEXT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "post_started_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "card_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "digest" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "window_end" TIMESTAMPTZ(3) NOT NULL,
    "channel" TEXT NOT NULL,
    "figures" JSONB NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_by" TEXT NOT NULL,

    CONSTRAINT "digest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "timezone" TEXT,
    "is_deleted" BOOLEAN NOT NULL DEFAULT false,
    "is_bot" BOOLEAN NOT NULL DEFAULT false,
    "away_until" TIMESTAMPTZ(3),
    "cover_id" TEXT,
    "synced_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person_group" (
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "members" TEXT[],
    "synced_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "counter" (
    "workflow_key" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "metric" TEXT NOT NULL,
    "shard" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "counter_pkey" PRIMARY KEY ("workflow_key","day","metric","shard")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "surface" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "run_id" TEXT,
    "before" JSONB,
    "after" JSONB,
    "note" TEXT,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "workflow_version_workflow_key_number_key" ON "workflow_version"("workflow_key", "number");

-- CreateIndex
CREATE UNIQUE INDEX "rule_version_id_position_key" ON "rule"("version_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "rule_version_id_name_key" ON "rule"("version_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "event_workflow_key_dedupe_key_key" ON "event"("workflow_key", "dedupe_key");

-- CreateIndex
CREATE UNIQUE INDEX "run_event_id_key" ON "run"("event_id");

-- CreateIndex
CREATE INDEX "run_subject_idx" ON "run"("subject");

-- CreateIndex
CREATE INDEX "run_workflow_key_received_at_idx" ON "run"("workflow_key", "received_at");

-- CreateIndex
CREATE INDEX "decision_run_id_idx" ON "decision"("run_id");

-- CreateIndex
CREATE UNIQUE INDEX "attempt_run_id_step_number_key" ON "attempt"("run_id", "step", "number");

-- CreateIndex
CREATE INDEX "exception_run_id_idx" ON "exception"("run_id");

-- CreateIndex
CREATE INDEX "exception_owner_id_state_idx" ON "exception"("owner_id", "state");

-- CreateIndex
CREATE INDEX "outcome_ended_at_idx" ON "outcome"("ended_at");

-- CreateIndex
CREATE INDEX "outcome_workflow_key_ended_at_idx" ON "outcome"("workflow_key", "ended_at");

-- CreateIndex
CREATE UNIQUE INDEX "card_kind_subject_id_key" ON "card"("kind", "subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "digest_name_window_start_channel_key" ON "digest"("name", "window_start", "channel");

-- CreateIndex
CREATE INDEX "person_handle_idx" ON "person"("handle");

-- CreateIndex
CREATE INDEX "person_group_handle_idx" ON "person_group"("handle");

-- CreateIndex
CREATE INDEX "audit_run_id_idx" ON "audit"("run_id");

-- CreateIndex
CREATE INDEX "audit_target_idx" ON "audit"("target");

-- AddForeignKey
ALTER TABLE "workflow_version" ADD CONSTRAINT "workflow_version_workflow_key_fkey" FOREIGN KEY ("workflow_key") REFERENCES "workflow"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule" ADD CONSTRAINT "rule_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "workflow_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_workflow_key_fkey" FOREIGN KEY ("workflow_key") REFERENCES "workflow"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_workflow_key_fkey" FOREIGN KEY ("workflow_key") REFERENCES "workflow"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "workflow_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record" ADD CONSTRAINT "record_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "workflow_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exception" ADD CONSTRAINT "exception_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outcome" ADD CONSTRAINT "outcome_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────────

-- Words from closed lists.
ALTER TABLE "run" ADD CONSTRAINT "run_state" CHECK ("state" IN ('in_flight', 'held', 'ended'));
ALTER TABLE "run" ADD CONSTRAINT "run_stage" CHECK ("stage" IN ('decide', 'act'));
ALTER TABLE "exception" ADD CONSTRAINT "exception_state" CHECK ("state" IN ('open', 'resolved'));
ALTER TABLE "exception" ADD CONSTRAINT "exception_resolved_whole" CHECK (
  ("state" = 'open' AND "resolved_as" IS NULL AND "resolved_by" IS NULL AND "resolved_at" IS NULL)
  OR ("state" = 'resolved' AND "resolved_as" IS NOT NULL AND "resolved_by" IS NOT NULL AND "resolved_at" IS NOT NULL)
);
ALTER TABLE "outcome" ADD CONSTRAINT "outcome_kind" CHECK ("kind" IN ('achieved', 'rejected', 'failed', 'ignored'));
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_state" CHECK ("state" IN ('started', 'done', 'failed', 'refused'));

-- At most one open exception a run; the open ones are found without reading the resolved.
CREATE UNIQUE INDEX "exception_open_run_key" ON "exception" ("run_id") WHERE "state" = 'open';
CREATE INDEX "exception_open_workflow_idx" ON "exception" ("workflow_key", "opened_at") WHERE "state" = 'open';
-- Runs in flight, by the time they should have moved on.
CREATE INDEX "run_in_flight_idx" ON "run" ("lease_until") WHERE "state" = 'in_flight';
-- Cards on which Slack and the database do not agree yet.
CREATE INDEX "card_due_idx" ON "card" ("next_try_at") WHERE "wanted_revision" > "posted_revision";

-- What has been said stays said.
CREATE FUNCTION signalbox_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER immutable BEFORE UPDATE ON "event" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER immutable BEFORE UPDATE ON "workflow_version" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER immutable BEFORE UPDATE ON "rule" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER immutable BEFORE UPDATE ON "standards" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER immutable BEFORE UPDATE ON "decision" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER immutable BEFORE UPDATE ON "outcome" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "audit" FOR EACH ROW EXECUTE FUNCTION signalbox_immutable();

-- Open work cannot be deleted.
CREATE FUNCTION signalbox_open_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'open % rows cannot be deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER open_stays BEFORE DELETE ON "exception" FOR EACH ROW WHEN (OLD."state" = 'open')
  EXECUTE FUNCTION signalbox_open_stays();
CREATE TRIGGER open_stays BEFORE DELETE ON "run" FOR EACH ROW WHEN (OLD."state" <> 'ended')
  EXECUTE FUNCTION signalbox_open_stays();
