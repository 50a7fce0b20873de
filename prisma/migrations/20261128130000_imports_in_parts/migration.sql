-- Rows are written in short transactions before their version is, and deleted after it. The check of each row against its
-- version also cost as much as writing it.
ALTER TABLE "lookup_row" DROP CONSTRAINT "lookup_row_name_version_fkey";

-- CreateTable
CREATE TABLE "lookup_import" (
    "name" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "written" INTEGER NOT NULL DEFAULT 0,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lookup_import_pkey" PRIMARY KEY ("name")
);
