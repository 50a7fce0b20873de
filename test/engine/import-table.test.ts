// Imports of reference tables: all or nothing, a version at a time, whatever stands in the file and whoever is killed.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { claimImport, finishImport, writePart } from '../../src/db/lookups/lookup-imports.ts'
import { deleteLeftovers } from '../../src/db/lookups/lookup-leftovers.ts'
import { listTables, readRows } from '../../src/db/lookups/lookup-tables.ts'
import type { Database } from '../../src/db/store/open.ts'
import { importTable } from '../../src/pipeline/enrich/import-table.ts'
import { makeDailyPrune } from '../../src/pipeline/retention/daily.ts'
import { startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { openTestDatabase } from '../database.ts'

const ROWS = 3000
const at = new Date('2026-03-02T10:00:00Z')
const file = (tier: string, rows = ROWS) =>
  Buffer.from(`id,tier\n${Array.from({ length: rows }, (_, n) => `c${n},${tier}`).join('\n')}\n`)
const given = (csv: Uint8Array) => ({
  name: 'customers',
  csv,
  keyColumn: 'id',
  asOf: at,
  at,
  actor: { id: 'cli:test', surface: 'cli' } as const,
})
const tierOf = async (db: Database, key = 'c7') => {
  const [answer] = await readRows(db.prisma, [{ table: 'customers', key }])
  return answer?.value?.['tier'] ?? null
}
/** How many rows there are of each version. */
const rowsOf = async (db: Database) =>
  Object.fromEntries(
    (await db.prisma.lookupRow.groupBy({ by: ['version'], _count: true, orderBy: { version: 'asc' } })).map(
      ({ version, _count }) => [version, _count],
    ),
  )
const silence = (db: Database) =>
  db.prisma.$executeRaw`UPDATE lookup_import SET renewed_at = now() - interval '31 seconds'`
async function open(t: { after(clean: () => Promise<void>): void }): Promise<Database> {
  const { database, close } = await openTestDatabase()
  t.after(close)
  return database
}

test('until the last row stands, lookups read the version before', async (t) => {
  const db = await open(t)
  assert.deepEqual(await importTable(db, given(file('gold'))), { kind: 'imported', version: 1, rows: ROWS })
  const during: unknown[] = []
  const written: number[] = []
  await importTable(db, {
    ...given(file('silver')),
    async onWritten(n, of) {
      assert.equal(of, ROWS)
      written.push(n)
      during.push(await tierOf(db))
    },
  })
  assert.ok(during.length >= 2, 'it is written in parts')
  assert.ok(during.every((tier) => tier === 'gold'))
  assert.equal(written.at(-1), ROWS)
  assert.equal(await tierOf(db), 'silver')
  assert.equal(await tierOf(db, `c${ROWS - 1}`), 'silver')
  const tables = await listTables(db.prisma)
  assert.deepEqual(
    tables.map(({ name, version, rows }) => ({ name, version, rows })),
    [{ name: 'customers', version: 2, rows: ROWS }],
  )
})

test('three versions are kept, and the rows of those before go', async (t) => {
  const db = await open(t)
  for (const tier of ['a', 'b', 'c', 'd']) await importTable(db, given(file(tier)))
  assert.deepEqual(await rowsOf(db), { 2: ROWS, 3: ROWS, 4: ROWS })
  assert.equal(await tierOf(db), 'd')
})

test('the second of two imports at once is told who has it, and how far it is', async (t) => {
  const db = await open(t)
  await importTable(db, given(file('gold')))
  let answer: Awaited<ReturnType<typeof importTable>> | undefined
  const first = await importTable(db, {
    ...given(file('silver')),
    async onWritten() {
      answer ??= await importTable(db, given(file('bronze')))
    },
  })
  assert.equal(answer?.kind, 'busy')
  const running = answer.kind === 'busy' ? answer.running : null
  assert.equal(running?.startedBy, 'cli:test')
  assert.equal(running.rows, ROWS)
  assert.ok(running.written > 0)
  assert.deepEqual(first, { kind: 'imported', version: 2, rows: ROWS })
  assert.equal(await tierOf(db), 'silver')
  assert.deepEqual(await rowsOf(db), { 1: ROWS, 2: ROWS })
})

test('of another table an import may be under way', async (t) => {
  const db = await open(t)
  let other = ''
  await importTable(db, {
    ...given(file('gold')),
    async onWritten() {
      other ||= (await importTable(db, { ...given(file('x', 5)), name: 'parcels' })).kind
    },
  })
  assert.equal(other, 'imported')
})

test('what a killed import wrote is never read, and goes with the next import', async (t) => {
  const db = await open(t)
  await importTable(db, given(file('gold')))
  const killed = await claimImport(db.prisma, { name: 'customers', rows: 5000, by: 'cli:gone' })
  assert.ok(killed)
  const part = { rows: 2, json: '[{"key":"c7","value":{"tier":"half"}},{"key":"c9","value":{}}]' }
  assert.equal(await writePart(db.prisma, killed, part), true)
  assert.equal(await tierOf(db), 'gold')
  assert.equal((await importTable(db, given(file('silver')))).kind, 'busy', 'it may be alive')
  await deleteLeftovers(db.prisma)
  assert.deepEqual(await rowsOf(db), { 1: ROWS, 2: 2 }, 'what is under way is not left over')
  await silence(db)
  const next = await importTable(db, given(file('silver')))
  assert.deepEqual(next, { kind: 'imported', version: 3, rows: ROWS })
  assert.deepEqual(await rowsOf(db), { 1: ROWS, 3: ROWS })

  await t.test('and should it wake up, it writes nothing and makes nothing count', async () => {
    assert.equal(await writePart(db.prisma, killed, part), false)
    const version = { keyColumn: 'id', rows: 2, asOf: at, at, by: 'cli:gone' }
    assert.equal(await db.transaction((tx) => finishImport(tx, killed, version)), false)
    assert.deepEqual(await rowsOf(db), { 1: ROWS, 3: ROWS })
  })
})

test('what a killed import wrote goes within a day, without another import', async (t) => {
  const db = await open(t)
  await importTable(db, given(file('gold')))
  const killed = await claimImport(db.prisma, { name: 'customers', rows: 5000, by: 'cli:gone' })
  assert.ok(killed)
  await writePart(db.prisma, killed, { rows: 1, json: '[{"key":"c7","value":{"tier":"half"}}]' })
  let now = at
  const prune = makeDailyPrune({ db, clock: () => now, log: pino({ level: 'silent' }) })
  await prune()
  assert.deepEqual(await rowsOf(db), { 1: ROWS, 2: 1 }, 'it may be alive')
  await silence(db)
  now = new Date(at.getTime() + 86_400_000)
  await prune()
  assert.deepEqual(await rowsOf(db), { 1: ROWS })
  assert.equal(await db.prisma.lookupImport.count(), 0)
})

test('an import that is overtaken says so, and the other counts', async (t) => {
  const db = await open(t)
  let other = ''
  const answer = await importTable(db, {
    ...given(file('gold')),
    async onWritten() {
      if (other === '') await silence(db)
      other ||= (await importTable(db, given(file('silver')))).kind
    },
  })
  assert.equal(other, 'imported')
  assert.deepEqual(answer, { kind: 'overtaken' })
  assert.equal(await tierOf(db), 'silver')
  assert.deepEqual(Object.values(await rowsOf(db)), [ROWS])
})

test('an import that is stopped leaves nothing, and the next need not wait', async (t) => {
  const db = await open(t)
  await importTable(db, given(file('gold')))
  const stopping = new AbortController()
  const answer = await importTable(db, {
    ...given(file('silver')),
    signal: stopping.signal,
    onWritten: () => stopping.abort(),
  })
  assert.deepEqual(answer, { kind: 'stopped' })
  assert.equal(await tierOf(db), 'gold')
  assert.deepEqual(await rowsOf(db), { 1: ROWS })
  assert.equal((await importTable(db, given(file('silver')))).kind, 'imported')
})

test('the command imports beside a running bot, and refuses a file with every place that is wrong', async (t) => {
  const bot = await startBot(t)
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-import-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'customers.csv')
  const run = async (csv: Uint8Array, ...more: string[]) => {
    writeFileSync(path, csv)
    return signalbox(bot.env, 'table', 'import', 'customers', path, '--key', 'id', ...more)
  }
  const done = await run(file('gold'))
  assert.equal(done.stdout, `customers: version 1 with ${ROWS} rows\n`)
  assert.equal(done.stderr, '', 'progress is for terminals')
  const wrong = await run(Buffer.from('id,id\n1,2\n'))
  assert.equal(wrong.code, 1)
  assert.equal(wrong.stderr, 'Nothing was imported:\n  line 1, column 2: "id" is the name of column 1 too\n')
  const json = JSON.parse((await run(Buffer.from(''), '--json')).stdout) as unknown
  assert.deepEqual(json, {
    kind: 'wrong',
    problems: ['line 1, column 1: the file is empty; it begins with a line of column names'],
  })
  const claim = await claimImport(bot.app.db.prisma, { name: 'customers', rows: 5000, by: 'cli:ada@desk' })
  assert.ok(claim)
  const busy = await run(file('silver'))
  assert.equal(busy.code, 1)
  assert.match(busy.stderr, /customers is being imported by cli:ada@desk since .* \(0 of 5000 rows\)/)
  assert.equal(await tierOf(bot.app.db), 'gold')
})

test('killed at any moment, the command leaves the version before or the new one, whole', async (t) => {
  const bot = await startBot(t)
  const { db } = bot.app
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-import-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'customers.csv')
  await importTable(db, given(file('first')))
  let stands = 'first'
  for (const [point, isIn] of [
    ['import-part:2', false],
    ['import-finished', false],
    ['import-committed', true],
  ] as const) {
    writeFileSync(path, file(point))
    const env = { ...bot.env, SIGNALBOX_FAIL_POINT: point }
    const { code, stdout } = await signalbox(env, 'table', 'import', 'customers', path, '--key', 'id')
    assert.deepEqual({ code, stdout }, { code: -1, stdout: '' }, point)
    if (isIn) stands = point
    assert.equal(await tierOf(db), stands, point)
    assert.equal(await tierOf(db, `c${ROWS - 1}`), stands, point)
    await silence(db)
  }
  assert.equal((await importTable(db, given(file('last')))).kind, 'imported')
  assert.equal(await tierOf(db), 'last')
  assert.deepEqual(Object.values(await rowsOf(db)), [ROWS, ROWS, ROWS])
  assert.equal(await db.prisma.lookupImport.count(), 0)
})
