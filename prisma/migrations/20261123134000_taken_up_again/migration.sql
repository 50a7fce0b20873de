-- How often in a row a run was taken up again without getting on: after some times it is held for a person.
ALTER TABLE "run" ADD COLUMN "swept" INTEGER NOT NULL DEFAULT 0;
