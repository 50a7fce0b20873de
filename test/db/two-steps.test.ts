// What the check of migrations refuses: what the previous release, beside this one on the same tables, would stumble over.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { problemsOf } from '../../scripts/two-steps.ts'
import { readMigrations } from '../../src/db/migrations/records.ts'

const REFUSED: Record<string, RegExp> = {
  'ALTER TABLE "run" DROP COLUMN "step"': /drops column run\.step,/,
  'alter table only public.run drop step': /drops column run\.step,/,
  'ALTER TABLE "run" ADD COLUMN "a" TEXT, DROP COLUMN "b"': /drops column run\.b,/,
  'DROP TABLE IF EXISTS "counter"': /drops table counter,/,
  'DROP FUNCTION signalbox_enqueue(text)': /drops function signalbox_enqueue,/,
  'DROP TRIGGER sealed ON "run"': /drops trigger run\.sealed,/,
  'ALTER TABLE "counter" RENAME TO "counts"': /renames table counter,/,
  'ALTER TABLE "run" RENAME COLUMN "step" TO "at"': /renames column run\.step,/,
  'ALTER TABLE "run" RENAME "step" TO "at"': /renames column run\.step,/,
  'ALTER TABLE "run" ALTER COLUMN "step" SET DATA TYPE BIGINT': /changes the type of column run\.step,/,
  'ALTER TABLE "run" ALTER "step" TYPE BIGINT': /changes the type of column run\.step,/,
  'ALTER TABLE "run" ALTER COLUMN "route" SET NOT NULL': /column run\.route, or requires it,/,
  'ALTER TABLE "run" ADD COLUMN "a" TEXT NOT NULL': /adds column run\.a as NOT NULL without a default,/,
  'ALTER TABLE "run" /* ; */ ADD "a, b" TEXT NOT NULL -- default': /adds column run\.a, b as NOT NULL/,
  "DO $$ BEGIN EXECUTE replace($sql$ DROP FUNCTION @ours@.f() $sql$, '@ours@', 'x'); END $$":
    /drops function f,/,
  'CREATE INDEX CONCURRENTLY "i" ON "run" ("step")': /cannot run in a transaction/,
  'CREATE TABLE "a" (b int); COMMIT': /cannot run in a transaction: COMMIT/,
}
const TAKEN = [
  'CREATE TABLE "a" (b TEXT NOT NULL)',
  'CREATE TABLE "a" (b int); ALTER TABLE "a" ADD COLUMN c int NOT NULL; ALTER TABLE "a" DROP COLUMN b; DROP TABLE "a"',
  `ALTER TABLE "run" ADD COLUMN "a" TEXT, ADD COLUMN "b" INTEGER NOT NULL DEFAULT 0`,
  'ALTER TABLE "seen" ADD COLUMN "noted" BIGSERIAL NOT NULL',
  'ALTER TABLE "run" ALTER COLUMN "route" DROP NOT NULL',
  'DROP INDEX "run_subject_idx"; CREATE INDEX "run_subject_idx" ON "run" ("subject" text_pattern_ops)',
  'DROP TRIGGER sealed ON "run"; CREATE TRIGGER sealed BEFORE UPDATE ON "run" FOR EACH ROW EXECUTE FUNCTION f()',
  `INSERT INTO "audit" ("note") VALUES ('; DROP TABLE "audit"')`,
  `-- ALTER TABLE "run" DROP COLUMN "step"\nCREATE TABLE "a" (b int)`,
  `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM a; COMMIT; END $$`,
  '-- contract: 1.4, of which no process runs any more\nALTER TABLE "run" DROP COLUMN "step"',
]

describe('the check of migrations', () => {
  for (const [script, said] of Object.entries(REFUSED))
    test(`refuses ${script}`, () => assert.match(problemsOf('1_x', script).join('\n'), said))
  for (const script of TAKEN) test(`takes ${script}`, () => assert.deepEqual(problemsOf('1_x', script), []))

  test('an empty mark is none, and no mark lets through what cannot run in a transaction', () => {
    assert.equal(problemsOf('1_x', '-- contract:\nDROP TABLE "run"').length, 1)
    assert.equal(problemsOf('1_x', '-- contract: 1.4\nDROP INDEX CONCURRENTLY "i"').length, 1)
  })

  test('every migration that ships holds to it, but for those from before', async () => {
    for (const { name, script } of await readMigrations())
      assert.deepEqual(problemsOf(name, script), [], name)
  })
})
