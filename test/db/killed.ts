// Starts that are killed in the middle of making or migrating a database, and what the next one finds.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openDatabase } from '../../src/db/store/open.ts'
import { migrationState } from '../../src/db/migrations/state.ts'
import type { TestDatabase } from '../database.ts'

const RUNTIME = pathToFileURL(join(import.meta.dirname, '../../src/runtime.js')).href

/** Migrates in a process of its own. `failAt`: the place where it is killed; `afterMs`: when. Resolves with whether it was. */
export async function migrateOnce(
  { env }: TestDatabase,
  { failAt = '', afterMs }: { failAt?: string; afterMs?: number },
): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--import', RUNTIME, join(import.meta.dirname, 'migrate-process.ts')],
    { env: { ...process.env, ...env, SIGNALBOX_FAIL_POINT: failAt }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const timer = afterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), afterMs)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  assert.ok(code === 0 || signal === 'SIGKILL', `a start after one that was killed (${failAt}): ${said}`)
  return signal === 'SIGKILL'
}

/** The next start applies the rest, and then nothing is missing and nothing is there twice. */
export async function assertWhole({ options }: TestDatabase): Promise<void> {
  const database = await openDatabase(options)
  try {
    await database.migrate()
    const { missing, unfinished } = await migrationState(database.prisma)
    assert.deepEqual([missing, unfinished], [[], []])
    const twice = await database.prisma.$queryRaw<unknown[]>`
      SELECT migration_name FROM _prisma_migrations GROUP BY 1 HAVING count(*) > 1`
    assert.deepEqual(twice, [])
  } finally {
    await database.close()
  }
}
