// A first start may be killed anywhere. `npm run faults` does it at every statement, this here at some.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isThere } from '../../src/db/store/pgdata.ts'
import { signalbox } from '../cli/command.ts'
import { emptyDatabase, isOnServer, testDatabase } from '../database.ts'
import { assertWhole, migrateOnce } from './killed.ts'

test('starts that are killed one after the other at different statements: each goes on, the last has it whole', async (t) => {
  const one = await emptyDatabase()
  t.after(one.remove)
  if (!isOnServer()) {
    assert.ok(await migrateOnce(one, { afterMs: 1200 }))
    assert.ok(await migrateOnce(one, { failAt: 'pgdata made' }))
    assert.ok(!isThere(one.options.dataDir))
  }
  // Steps of a migration: lock, table, records, locks of its tables, script, record, before and after the commit.
  for (const at of [1, 5, 8, 9, 12, 16, 70])
    assert.ok(await migrateOnce(one, { failAt: `migration:${at}` }), `${at}`)
  await assertWhole(one)
})

test('a restore that is killed halfway leaves no database, and can be made again', async (t) => {
  if (isOnServer()) return t.skip('PostgreSQL has its own')
  const from = await testDatabase(t)
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-restore-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'backup.tar.gz')
  const env = { DATABASE_URL: '', DATA_DIR: join(dir, 'restored') }
  assert.equal((await signalbox(from.env, 'backup', file)).code, 0)
  const killed = await signalbox({ ...env, SIGNALBOX_FAIL_POINT: 'pgdata made' }, 'restore', file)
  assert.equal(killed.code, -1)
  assert.ok(existsSync(join(env.DATA_DIR, 'pgdata.part')))
  assert.match((await signalbox(env, 'ledger')).stderr, /There is no database here/)
  const again = await signalbox(env, 'restore', file)
  assert.equal(again.code, 0, again.stderr)
  assert.equal((await signalbox(env, 'ledger', '--verify')).code, 0)
  assert.ok(!existsSync(join(env.DATA_DIR, 'pgdata.part')))
})
