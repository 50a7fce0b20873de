import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../src/db/open.ts'
import { testDatabase } from '../database.ts'

test('several replicas that start at once on one server all come up, and each migration stands once', async (t) => {
  const { kind, options } = await testDatabase(t)
  if (kind === 'embedded') return t.skip('an embedded database has one process')
  const first = await openDatabase(options)
  const replicas = [first, ...(await Promise.all(Array.from({ length: 3 }, () => openDatabase(options))))]
  try {
    assert.deepEqual(await Promise.all(replicas.map((replica) => replica.migrate())), [[], [], [], []])
    const twice = await first.prisma.$queryRaw<unknown[]>`
      SELECT migration_name FROM _prisma_migrations GROUP BY 1 HAVING count(*) > 1`
    assert.deepEqual(twice, [])
  } finally {
    for (const replica of replicas) await replica.close()
  }
})
