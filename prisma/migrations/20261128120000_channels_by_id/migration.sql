-- Who is in which channel is read from Slack anew, by id.
DELETE FROM "channel_members";

-- DropIndex
DROP INDEX "channel_members_slack_id_idx";

-- AlterTable
ALTER TABLE "channel_members" DROP CONSTRAINT "channel_members_pkey",
DROP COLUMN "channel",
ALTER COLUMN "slack_id" SET NOT NULL,
ADD CONSTRAINT "channel_members_pkey" PRIMARY KEY ("slack_id");

-- CreateTable
CREATE TABLE "channel" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_gone" BOOLEAN NOT NULL DEFAULT false,
    "synced_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "channel_name_idx" ON "channel"("name");
