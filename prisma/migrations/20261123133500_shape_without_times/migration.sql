-- When a path was first and last seen is asked by nobody.
ALTER TABLE "shape" DROP COLUMN "first_at", DROP COLUMN "last_at";
