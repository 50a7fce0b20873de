-- AlterTable
ALTER TABLE "workflow_version" ALTER COLUMN "definition" SET DATA TYPE JSON,
ALTER COLUMN "standards" SET DATA TYPE JSON;
