// The queue's tables: from nothing, from an older release, beside a newer one; and never by commands that stand in them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { getRollbackPlans } from 'pg-boss'
import type { Database } from '../../src/db/store/open.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { makeLog } from '../../src/log.ts'
import { openQueue } from '../../src/queue/queue.ts'
import { makeQueueTables } from '../../src/queue/tables.ts'
import { emptyDatabase, openTestDatabase } from '../database.ts'

const versionOf = async ({ prisma }: Database): Promise<number | undefined> =>
  (await prisma.$queryRaw<{ version: number }[]>`SELECT version FROM pgboss.version`)[0]?.version

const indexesOf = ({ prisma }: Database) =>
  prisma.$queryRaw`
    SELECT c.relname::text AS name, pg_get_indexdef(c.oid) AS is, i.indisvalid AS valid
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'pgboss'::regnamespace ORDER BY 1`

const columnsOf = ({ prisma }: Database) =>
  prisma.$queryRaw`
    SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
    WHERE table_schema = 'pgboss' AND table_name NOT LIKE 'queue_stats%' ORDER BY 1, 2`

/** As a release two versions ago had them. */
async function makeOlder(db: Database): Promise<number> {
  const now = (await versionOf(db)) ?? 0
  for (const version of [now, now - 1])
    await db.script(getRollbackPlans('pgboss', version).replaceAll(/^\s*(?:BEGIN|COMMIT);\s*$/gm, ''))
  assert.equal(await versionOf(db), now - 2)
  return now
}

const asks = { log: makeLog('silent'), works: false }

describe('the tables of the queue', () => {
  test('are made once, by any number of processes at the same time', async (t) => {
    const one = await emptyDatabase()
    const db = await openDatabase(one.options)
    t.after(async () => {
      await db.close()
      await one.remove()
    })
    await Promise.all([makeQueueTables(db), makeQueueTables(db), makeQueueTables(db)])
    const queue = await openQueue({ db, ...asks })
    await db.transaction((tx) => queue.enqueue(tx, 'act', [{ data: { runId: 'one' } }]))
    assert.equal(await queue.depth('act'), 1)
    await queue.stop(1000)
  })

  test('of an older release are migrated as a whole, and leave no command for later', async (t) => {
    const { database: db, close } = await openTestDatabase()
    t.after(close)
    const [indexes, columns] = [await indexesOf(db), await columnsOf(db)]
    const now = await makeOlder(db)
    assert.notDeepEqual(await indexesOf(db), indexes)
    await Promise.all([makeQueueTables(db), makeQueueTables(db)])
    assert.equal(await versionOf(db), now)
    assert.deepEqual(await indexesOf(db), indexes)
    assert.deepEqual(await columnsOf(db), columns)
    assert.deepEqual(await db.prisma.$queryRaw`SELECT name FROM pgboss.bam`, [])
  })

  test('of an older release are not taken for ours: who only asks says so', async (t) => {
    const { database: db, close } = await openTestDatabase()
    t.after(close)
    await makeOlder(db)
    await assert.rejects(openQueue({ db, ...asks }), /requires migrations/)
  })

  test('of a newer release are worked with, and stay as they are', async (t) => {
    const { database: db, close } = await openTestDatabase()
    t.after(close)
    await db.prisma.$executeRaw`UPDATE pgboss.version SET version = version + 1`
    const newer = await versionOf(db)
    await makeQueueTables(db)
    const queue = await openQueue({ db, ...asks, works: true })
    await db.transaction((tx) => queue.enqueue(tx, 'act', [{ data: { runId: 'one' } }]))
    const taken = Promise.withResolvers<unknown>()
    await queue.work('act', { batchSize: 1, concurrency: 1 }, async (jobs) => taken.resolve(jobs))
    assert.deepEqual(await taken.promise, [{ runId: 'one' }])
    await queue.stop(1000)
    assert.equal(await versionOf(db), newer)
  })
})
