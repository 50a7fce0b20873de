// A first start that is killed at every statement of every migration, one after the other: each next start goes on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { onSession, type Session } from '../../src/db/migrations/session.ts'
import { migrationNames, readRecords } from '../../src/db/migrations/records.ts'
import { isThere } from '../../src/db/store/pgdata.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { emptyDatabase, type TestDatabase } from '../database.ts'
import { assertWhole, migrateOnce } from '../db/killed.ts'

const count = async (session: Pick<Session, 'rows'>) =>
  (await readRecords(session)).filter(({ isFinished }) => isFinished).length

/** How many migrations are recorded as finished. */
async function finished({ options }: TestDatabase): Promise<number> {
  if (options.databaseUrl)
    return onSession(new Client({ connectionString: options.databaseUrl }), (inTransaction) =>
      inTransaction(count),
    )
  if (!isThere(options.dataDir)) return 0
  const database = await openDatabase(options)
  try {
    return await count({ rows: (sql, values = []) => database.prisma.$queryRawUnsafe(sql, ...values) })
  } finally {
    await database.close()
  }
}

test('killed at every statement of the migration run, each next start goes on, and the last has it whole', async (t) => {
  const one = await emptyDatabase()
  t.after(one.remove)
  const all = (await migrationNames()).length
  let kills = 0
  let done = 0
  let at = 1
  for (; await migrateOnce(one, { failAt: `migration:${at}` }); kills += 1) {
    const now = await finished(one)
    assert.ok(now === done || now === done + 1, `${done} migrations stood, now ${now}`)
    at = now > done ? 1 : at + 1
    done = now
  }
  assert.equal(await finished(one), all)
  t.diagnostic(`${kills} kills over ${all} migrations`)
  assert.ok(kills > all * 8)
  await assertWhole(one)
})
