-- CreateTable
CREATE TABLE "channel_members" (
    "channel" TEXT NOT NULL,
    "slack_id" TEXT,
    "members" TEXT[],
    "synced_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_members_pkey" PRIMARY KEY ("channel")
);

-- CreateIndex
CREATE INDEX "channel_members_slack_id_idx" ON "channel_members"("slack_id");
