// Migrations: each stands once whoever starts when, is recorded as Prisma would record it, and one that an earlier version
// left between its script and its record is finished by looking at what is there.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { PrismaPg } from '@prisma/adapter-pg'
import { Client } from 'pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { migrationsList, schemaEngine } from '../../scripts/schema-engine.ts'
import { migrationsFinding } from '../../src/cli/doctor/migration-finding.ts'
import { openEmbedded } from '../../src/db/store/embedded.ts'
import { applyMigrations } from '../../src/db/migrations/apply.ts'
import { MigrationHeldError } from '../../src/db/migrations/patience.ts'
import { checksumOf, type Migration, readMigrations } from '../../src/db/migrations/records.ts'
import { type InTransaction, onEmbedded, onSession } from '../../src/db/migrations/session.ts'
import { stands, tracesOf } from '../../src/db/migrations/stands.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { signalbox } from '../cli/command.ts'
import { emptyDatabase, isOnServer } from '../database.ts'

type Cleaning = { after(clean: () => Promise<void>): void }

/** Runs `use` on one session of an empty database. */
async function onEmpty(t: Cleaning, use: (inTransaction: InTransaction) => Promise<void>): Promise<void> {
  const { options, remove } = await emptyDatabase()
  t.after(remove)
  if (options.databaseUrl) return onSession(new Client({ connectionString: options.databaseUrl }), use)
  const { pglite, close } = await openEmbedded(options.dataDir)
  try {
    await use(onEmbedded(pglite))
  } finally {
    await close()
  }
}

const all = await readMigrations()
const recorded = (inTransaction: InTransaction) =>
  inTransaction(({ rows }) =>
    rows<{ name: string; checksum: string; steps: number; isFinished: boolean }>(`
      SELECT migration_name AS name, checksum, applied_steps_count AS steps, finished_at IS NOT NULL AS "isFinished"
      FROM "_prisma_migrations" ORDER BY migration_name`),
  )
const wanted = all.map(({ name, script }) => ({
  name,
  checksum: checksumOf(script),
  steps: 1,
  isFinished: true,
}))

describe('migrations', () => {
  test('starts at once on an empty server all come up, and each migration stands once', async (t) => {
    if (!isOnServer()) return t.skip('an embedded database has one process')
    const { options, remove } = await emptyDatabase()
    const replicas = await Promise.all(Array.from({ length: 4 }, () => openDatabase(options)))
    t.after(async () => {
      for (const replica of replicas) await replica.close()
      await remove()
    })
    const applied = await Promise.all(replicas.map((replica) => replica.migrate()))
    assert.deepEqual(
      applied.flat().toSorted(),
      all.map(({ name }) => name),
    )
    await onSession(new Client({ connectionString: options.databaseUrl }), async (session) =>
      assert.deepEqual(await recorded(session), wanted),
    )
    assert.deepEqual(await Promise.all(replicas.map((replica) => replica.migrate())), [[], [], [], []])
  })

  test('Prisma finds the records genuine and nothing left to do', async (t) => {
    const { options, remove } = await emptyDatabase()
    t.after(remove)
    const db = await openDatabase(options)
    await db.migrate()
    await db.close()
    const embedded = options.databaseUrl === undefined ? await openEmbedded(options.dataDir) : undefined
    const adapter = embedded
      ? new PrismaPGlite(embedded.pglite)
      : new PrismaPg({ connectionString: options.databaseUrl ?? '' })
    const engine = await schemaEngine(adapter)
    const filters = { externalTables: [], externalEnums: [] }
    try {
      const list = await migrationsList()
      const found = await engine.diagnoseMigrationHistory({
        migrationsList: list,
        optInToShadowDatabase: false,
        filters,
      })
      assert.deepEqual(
        [found.editedMigrationNames, found.failedMigrationNames, found.history, found.hasMigrationsTable],
        [[], [], null, true],
      )
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: list, filters })
      assert.deepEqual(appliedMigrationNames, [])
    } finally {
      engine.free()
      await embedded?.close()
    }
  })

  test('a script that fails leaves neither its beginning nor its record', async (t) => {
    await onEmpty(t, async (inTransaction) => {
      const broken = { name: '1_broken', script: 'CREATE TABLE half (a int); SELECT 1/0;' }
      await assert.rejects(applyMigrations(inTransaction, {}, [broken]), /division by zero/)
      const [left] = await inTransaction(({ rows }) =>
        rows<{ half: string | null; table: string | null }>(
          `SELECT to_regclass('half')::text AS half, to_regclass('_prisma_migrations')::text AS table`,
        ),
      )
      assert.deepEqual(left, { half: null, table: null })
    })
  })

  test('of each migration it is told whether it stands, but for those that may run twice', async (t) => {
    await onEmpty(t, async (inTransaction) => {
      const cannotTell: string[] = []
      for (const migration of all) {
        const look = () => inTransaction((session) => stands(session, migration.script))
        if (tracesOf(migration.script).length === 0) cannotTell.push(migration.name)
        else assert.equal(await look(), false, `${migration.name} before`)
        await applyMigrations(inTransaction, {}, [migration])
        if (!cannotTell.includes(migration.name)) assert.equal(await look(), true, `${migration.name} after`)
        else await inTransaction((session) => session.run(migration.script))
      }
      assert.deepEqual(cannotTell, [
        '20261123123353_keep_definition_order',
        '20261123132231_find_subjects_by_their_start',
        '20261128100000_guarded_functions',
        '20261128110000_emptied_runs',
        '20261128153000_fold_hours_that_are_over',
        '20261128230000_declined_and_dismissed',
      ])
    })
  })
})

/** What an earlier version left that was killed after its first record and, or not, its script. */
async function cutOff(
  inTransaction: InTransaction,
  { name, script }: Migration,
  { isRun, isMarked = false }: { isRun: boolean; isMarked?: boolean },
) {
  await inTransaction((session) =>
    session.rows(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, rolled_back_at)
       VALUES (gen_random_uuid()::text, $1, $2, now(), CASE WHEN $3::boolean THEN now() END)`,
      [checksumOf(script), name, isMarked],
    ),
  )
  if (isRun) await inTransaction((session) => session.run(script))
}

describe('a migration that an earlier version left without its second record', () => {
  for (const left of [
    { isRun: true, isMarked: false },
    { isRun: false, isMarked: false },
    { isRun: true, isMarked: true },
    { isRun: false, isMarked: true },
  ])
    test(`is finished by the next start, its script ${left.isRun ? 'committed' : 'not begun'}${left.isMarked ? ', and marked rolled back by Prisma' : ''}`, async (t) => {
      await onEmpty(t, async (inTransaction) => {
        for (const migration of all) {
          // Its table is there from the first on.
          if (migration !== all[0]) await cutOff(inTransaction, migration, left)
          assert.deepEqual(await applyMigrations(inTransaction, {}, [migration]), [migration.name])
        }
        assert.deepEqual(await recorded(inTransaction), wanted)
      })
    })

  test('that leaves nothing to look at is said to be so by doctor', async (t) => {
    const { options, remove } = await emptyDatabase()
    t.after(remove)
    const db = await openDatabase(options)
    t.after(() => db.close())
    await db.migrate()
    const silent = all.findLast(({ script }) => tracesOf(script).length === 0)
    assert.ok(silent)
    await db.prisma.$executeRawUnsafe(
      `UPDATE "_prisma_migrations" SET finished_at = NULL WHERE migration_name = $1`,
      silent.name,
    )
    const { detail } = await migrationsFinding(db)
    assert.match(
      detail,
      new RegExp(`^${silent.name} was interrupted, and nothing tells whether it was applied`),
    )
  })

  test('is what doctor says it is, and doctor --fix finishes it', async (t) => {
    const { options, env, remove } = await emptyDatabase()
    t.after(remove)
    const cut = all.findLast(({ script }) => tracesOf(script).length > 0)
    assert.ok(cut)
    const others = all.filter((one) => one !== cut)
    const prepare = async (inTransaction: InTransaction) => {
      await applyMigrations(inTransaction, {}, others)
      await cutOff(inTransaction, cut, { isRun: true })
    }
    if (options.databaseUrl) await onSession(new Client({ connectionString: options.databaseUrl }), prepare)
    else {
      const { pglite, close } = await openEmbedded(options.dataDir)
      await prepare(onEmbedded(pglite))
      await close()
    }
    const workflows = mkdtempSync(join(tmpdir(), 'signalbox-none-'))
    t.after(async () => rmSync(workflows, { recursive: true }))
    const doctor = async (...words: string[]) => {
      const { stdout } = await signalbox({ ...env, WORKFLOWS_DIR: workflows }, 'doctor', '--json', ...words)
      const { findings } = JSON.parse(stdout) as {
        findings: { check: string; state: string; detail: string }[]
      }
      return (check: string) => findings.find((finding) => finding.check === check)
    }
    for (const look of [await doctor(), await doctor()]) {
      assert.equal(look('migrations')?.state, 'fail')
      const said = look('migrations')?.detail ?? ''
      assert.ok(
        said.startsWith(`${cut.name} was interrupted after it was applied and before it was recorded`),
        said,
      )
      assert.equal(look('ledger'), undefined)
    }
    const fixed = await doctor('--fix')
    assert.equal(fixed('fixed')?.detail, `migrations: ${cut.name}`)
    assert.deepEqual(fixed('migrations'), {
      check: 'migrations',
      state: 'ok',
      detail: `${all.length} applied`,
    })
    assert.equal(fixed('ledger')?.state, 'ok')
    assert.equal((await doctor())('migrations')?.state, 'ok')
  })
})

/** A server's database with two tables, and a session that is not the migration's. */
const besideTwoTables = async (t: Cleaning) => {
  const { options, remove } = await emptyDatabase()
  const other = new Client({ connectionString: options.databaseUrl })
  await other.connect()
  t.after(async () => {
    await other.end()
    await remove()
  })
  await other.query('CREATE TABLE one (a int); CREATE TABLE two (a int)')
  return { url: options.databaseUrl ?? '', other }
}

describe('a migration beside others on its tables', () => {
  const both = {
    name: '1_both',
    script: 'ALTER TABLE two ADD COLUMN b int; ALTER TABLE one ADD COLUMN b int;',
  }

  test('waits for them again and again, lets others through meanwhile, and says so', async (t) => {
    if (!isOnServer()) return t.skip('an embedded database has one session')
    const { url, other } = await besideTwoTables(t)
    await other.query('BEGIN; INSERT INTO two VALUES (1)')
    let waited = 0
    const waits = async ({ tries }: { tries: number }) => {
      waited = tries
      // What a migration holds it lets go of: else this would wait for it, and it for us.
      if (tries === 2) await other.query('INSERT INTO one VALUES (1); COMMIT')
    }
    await onSession(new Client({ connectionString: url }), async (inTransaction) =>
      assert.deepEqual(
        await applyMigrations(inTransaction, { waits: (about) => void waits(about) }, [both]),
        ['1_both'],
      ),
    )
    assert.ok(waited >= 2)
  })

  test('gives up with a sentence that says what to look for, and has done nothing', async (t) => {
    if (!isOnServer()) return t.skip('an embedded database has one session')
    const { url, other } = await besideTwoTables(t)
    await other.query('BEGIN; INSERT INTO two VALUES (1)')
    await onSession(new Client({ connectionString: url }), async (inTransaction) => {
      await assert.rejects(applyMigrations(inTransaction, { giveUpAfterMs: 0 }, [both]), (error) => {
        assert.ok(error instanceof MigrationHeldError)
        assert.match(error.message, /1_both did not get its tables .* pg_stat_activity/)
        return true
      })
    })
    await other.query('COMMIT')
    const { rows } = await other.query(
      `SELECT 1 FROM pg_attribute WHERE attrelid = 'one'::regclass AND attname = 'b'`,
    )
    assert.deepEqual(rows, [])
  })
})
