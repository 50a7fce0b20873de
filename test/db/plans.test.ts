// How PostgreSQL means to answer what we ask of it once there is a history: nothing that people or senders wait for
// reads a table of history from end to end.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PrismaPg } from '@prisma/adapter-pg'
import { Client, Pool, type QueryConfig } from 'pg'
import { orderWorkflows } from '../../bench/order-workflows.ts'
import { writeLongHistory } from '../../bench/long-history.ts'
import { publishSources } from '../../bench/server.ts'
import { claimDueCards } from '../../src/db/cards/cards.ts'
import { sharedDeliveries } from '../../src/db/audit/erase.ts'
import { recentlyIgnored } from '../../src/db/digest/ignored.ts'
import { countRepeats, readEarlier } from '../../src/db/runs/deliveries.ts'
import { countRedeliveries, insertDeliveries, insertEvents } from '../../src/db/runs/events.ts'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { openExceptions, readException } from '../../src/db/exceptions/exception-view.ts'
import { readFigures } from '../../src/db/figures.ts'
import { findRuns } from '../../src/db/runs/find-runs.ts'
import { nearSubjects } from '../../src/db/people/near.ts'
import { PrismaClient } from '../../src/db/generated/client.ts'
import { lastHeard } from '../../src/db/last-heard.ts'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { type Database, openDatabase, type Tx } from '../../src/db/store/open.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { finishAttempts, startAttempts } from '../../src/db/runs/attempts.ts'
import { isAnyOverdue, overdueRuns } from '../../src/db/runs/runs.ts'
import { giveBackRun, keepRunsTaken, moveRuns, takeRunsToAct } from '../../src/db/runs/runs-to-act.ts'
import { readRunsToDecide, writeDecided } from '../../src/db/runs/runs-to-decide.ts'
import { noteAndCount } from '../../src/db/lookups/seen.ts'
import { addCounts, foldCounters, ruleCounts } from '../../src/db/digest/counters.ts'
import { foldStorms } from '../../src/db/exceptions/fold-storms.ts'
import { workflowHealth } from '../../src/db/workflows/workflow-health.ts'
import { windowBefore } from '../../src/domain/digest/digest-window.ts'
import { partsOf } from '../../src/queue/insert-statement.ts'
import { isOnServer, testDatabase } from '../database.ts'

const RUNS = 50_000
const DAYS = 365
const DELIVERIES = 100_000
const HISTORY = new Set([
  'event',
  'delivery',
  'run',
  'record',
  'decision',
  'outcome',
  'exception',
  'audit',
  'attempt',
  'seen',
  'counter_span',
])

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  Plans?: Plan[]
}
const walk = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(walk)]

/** Takes down every statement that goes to the server. */
function recordingPool(connectionString: string) {
  const asked: QueryConfig[] = []
  class Recording extends Client {
    override query(...given: unknown[]): never {
      const [first, values] = given as [string | QueryConfig, unknown[] | undefined]
      asked.push(typeof first === 'string' ? { text: first, ...(values && { values }) } : first)
      return (super.query as (...all: unknown[]) => never).apply(this, given)
    }
  }
  return { asked, pool: new Pool({ connectionString, max: 4, Client: Recording }) }
}

describe(
  'with a year of history',
  { skip: isOnServer() ? false : 'plans are asked of a PostgreSQL server' },
  () => {
    let remove: () => Promise<void>
    let asked: QueryConfig[]
    let pool: Pool
    let client: Client
    let db: Database

    before(async () => {
      const one = await testDatabase()
      const url = one.options.databaseUrl ?? ''
      const opened = await openDatabase(one.options)
      await publishSources(opened, orderWorkflows)
      client = new Client({ connectionString: url })
      await client.connect()
      await writeLongHistory(
        { client, db: opened },
        { runs: RUNS, days: DAYS, workflows: ['orders', 'refunds', 'returns', 'leads'] },
      )
      await client.query(
        `INSERT INTO delivery (id, address, dedupe_key, type, content_type, body, content_hash, received_at, wanted)
         SELECT 'dlv_' || n, CASE n % 2 WHEN 0 THEN '/in/shop' ELSE '/hooks/orders' END, 'd' || n, 'type ' || n % 20,
                'application/json', CASE n % 3 WHEN 0 THEN '' ELSE '{}' END::bytea, '', now() - n * interval '20 minutes',
                sign(n % 3)
         FROM generate_series(1, $1::int) AS n`,
        [DELIVERIES],
      )
      await client.query('ANALYZE delivery')
      await opened.close()
      ;({ asked, pool } = recordingPool(url))
      const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
      db = {
        ...opened,
        prisma,
        transaction: (work) => prisma.$transaction(work),
        close: async () => {
          await prisma.$disconnect()
          await pool.end()
        },
      }
      remove = one.remove
    })
    after(async () => {
      await db.close()
      await client.end()
      await remove()
    })

    /** The statement of a function of ours: the plan of its call does not tell. */
    async function bodyOf(name: string, parameter: string): Promise<string> {
      const { rows } = await client.query<{ prosrc: string }>(
        'SELECT prosrc FROM pg_proc WHERE proname = $1',
        [name],
      )
      const [, body] = /^\s*BEGIN(.*);\s*END\s*$/s.exec(rows[0]?.prosrc ?? '') ?? []
      assert.ok(body)
      return body.replaceAll(new RegExp(`\\b${parameter}\\b`, 'g'), '$1::timestamptz')
    }

    /** The statements that `work` asks, each with the tables of history it would read from end to end. */
    async function readsWhole(work: (tx: Tx) => Promise<unknown>): Promise<string[]> {
      asked.length = 0
      await work(db.prisma)
      const statements = asked.filter(({ text }) =>
        /^\s*(\/\* \w+ \*\/\s*)?(select|with|insert|update|delete)/i.test(text),
      )
      assert.notEqual(statements.length, 0)
      const whole: string[] = []
      for (const { text, values } of statements) {
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>({
          text: `EXPLAIN (FORMAT JSON) ${text}`,
          ...(values && { values }),
        })
        const plan = rows[0]?.['QUERY PLAN'][0].Plan
        assert.ok(plan)
        for (const node of walk(plan)) {
          if (node['Node Type'] === 'Seq Scan' && HISTORY.has(node['Relation Name'] ?? ''))
            whole.push(`${node['Relation Name']}: ${text.replaceAll(/\s+/g, ' ').slice(0, 400)}`)
        }
      }
      return whole
    }

    const some = async () => {
      const run = await db.prisma.run.findFirstOrThrow({
        where: { exceptions: { some: {} } },
        include: { exceptions: true },
      })
      return {
        run: run.id,
        event: run.eventId,
        subject: run.subject ?? '',
        exception: run.exceptions[0]?.id ?? '',
      }
    }
    const at = new Date()
    const later = new Date(at.getTime() + 60_000)

    test('a captured event is written, and known again, by index', async () => {
      const { id } = await db.prisma.workflowVersion.findFirstOrThrow({ where: { workflowKey: 'orders' } })
      const event = {
        eventId: 'evt_new',
        runId: 'run_new',
        workflow: 'orders',
        versionId: id,
        source: 'webhook' as const,
        dedupeKey: 'old-4',
        subject: 'old-4',
        contentType: 'application/json',
        headers: {},
        body: Buffer.from('{}').toString('base64'),
        receivedAt: at,
        actor: null,
        replayOf: null,
        sameIdAs: null,
        leaseUntil: later,
      }
      const repeats = [{ workflow: 'orders', key: 'old-4', n: 1 }]
      assert.deepEqual(await readsWhole((tx) => insertEvents(tx, [event], partsOf('SELECT 1'))), [])
      assert.deepEqual(await readsWhole((tx) => countRedeliveries(tx, repeats, at)), [])
    })

    test('a delivery is written, known again and counted by index', async () => {
      const { id } = await db.prisma.workflowVersion.findFirstOrThrow({ where: { workflowKey: 'orders' } })
      const sent = { contentType: 'application/json', body: '', receivedAt: at }
      for (const [address, keyedBy] of [
        ['/in/shop', null],
        ['/hooks/orders', 'orders'],
      ] as const) {
        const deliveries = Array.from({ length: 100 }, (_, n) => ({
          ...sent,
          id: `dlv_${address}${n}`,
          address,
          keyedBy,
          dedupeKey: `new-${n}`,
          type: null,
          contentHash: '',
          wanted: 1,
        }))
        const events = deliveries.map((delivery, n) => ({
          ...sent,
          eventId: `evt_${address}${n}`,
          runId: `run_${address}${n}`,
          workflow: 'orders',
          versionId: id,
          source: 'webhook' as const,
          dedupeKey: `${address}:new-${n}`,
          subject: null,
          headers: {},
          actor: null,
          replayOf: null,
          sameIdAs: null,
          leaseUntil: later,
          deliveryId: delivery.id,
        }))
        const writing = (tx: Tx) => insertDeliveries(tx, { deliveries, events }, partsOf('SELECT 1'))
        assert.deepEqual(await readsWhole(writing), [])
        const keys = deliveries.map(({ dedupeKey }) => ({ address, keyedBy, key: dedupeKey, n: 1 }))
        assert.deepEqual(await readsWhole((tx) => readEarlier(tx, keys)), [])
        assert.deepEqual(await readsWhole((tx) => countRepeats(tx, keys, at)), [])
      }
      assert.deepEqual(await readsWhole((tx) => recentlyIgnored(tx, at, ['/in/shop'])), [])
      assert.deepEqual(await readsWhole((tx) => sharedDeliveries(tx, ['run_1'])), [])
    })

    test('status answers by run, event, exception, subject or workflow by index', async () => {
      const { run, event, exception, subject } = await some()
      for (const runId of [run, event, exception, 'run_none'])
        assert.deepEqual(await readsWhole((tx) => findRuns(tx, { runId })), [])
      assert.deepEqual(await readsWhole((tx) => findRuns(tx, { subject })), [])
      assert.deepEqual(await readsWhole((tx) => findRuns(tx, { workflow: 'orders' })), [])
      assert.deepEqual(await readsWhole((tx) => nearSubjects(tx, 'old-12', async () => true)), [])
      assert.deepEqual(await readsWhole((tx) => readRun(tx, run)), [])
      assert.deepEqual(await readsWhole((tx) => readException(tx, exception)), [])
      assert.deepEqual(await readsWhole((tx) => workflowHealth(tx, { key: 'orders', at })), [])
      assert.deepEqual(await readsWhole((tx) => workflowHealth(tx, { at })), [])
    })

    test('the ledger, the figures and what is open are read by index', async () => {
      assert.deepEqual(await readsWhole((tx) => readLedger(tx)), [])
      assert.deepEqual(await readsWhole((tx) => readFigures(tx, at)), [])
      assert.deepEqual(await readsWhole((tx) => openExceptions(tx, {})), [])
      assert.deepEqual(await readsWhole((tx) => openExceptions(tx, { owners: ['UOWNER1'] })), [])
      assert.deepEqual(await readsWhole((tx) => lastHeard(tx, 'orders')), [])
    })

    test('counts are added, folded and summed up by index', async () => {
      const counts = [{ workflow: 'orders', metric: 'accepted' as const, n: 1 }]
      assert.deepEqual(await readsWhole((tx) => addCounts(tx, counts, at)), [])
      assert.deepEqual(await readsWhole((tx) => foldCounters(tx, at)), [])
      const folding = await bodyOf('signalbox_fold_counters', 'before')
      assert.deepEqual(await readsWhole((tx) => tx.$executeRawUnsafe(folding, at)), [])
      const weekAgo = new Date(at.getTime() - 7 * 86_400_000)
      assert.deepEqual(await readsWhole((tx) => ruleCounts(tx, 'orders', weekAgo)), [])
    })

    test('the digest reads its weeks by index', async () => {
      const window = windowBefore(at, 'Europe/Berlin')
      assert.deepEqual(await readsWhole(() => readDigestFigures(db, window, at)), [])
    })

    test('runs are taken up, decided and swept by index', async () => {
      const { run } = await some()
      assert.deepEqual(await readsWhole((tx) => readRunsToDecide(tx, [run], 1_000_000)), [])
      assert.deepEqual(await readsWhole((tx) => writeDecided(tx, [], at)), [])
      assert.deepEqual(await readsWhole((tx) => takeRunsToAct(tx, [run], at, later)), [])
      const taken = { id: run, takenBy: 'nobody' }
      assert.deepEqual(await readsWhole((tx) => keepRunsTaken(tx, [taken], later)), [])
      assert.deepEqual(
        await readsWhole((tx) => moveRuns(tx, [{ ...taken, state: 'held', circuitWaits: 0 }])),
        [],
      )
      assert.deepEqual(await readsWhole((tx) => giveBackRun(tx, taken, at)), [])
      const start = { runId: run, takenBy: 'nobody', step: 0, action: 'a', target: 't', request: {}, at }
      const starts = [{ ...start, id: 'att_1', idempotencyKey: 'k', isReplay: true }]
      assert.deepEqual(await readsWhole((tx) => startAttempts(tx, starts)), [])
      assert.deepEqual(await readsWhole((tx) => finishAttempts(tx, [{ id: 'att_1', state: 'done', at }])), [])
      assert.deepEqual(await readsWhole((tx) => isAnyOverdue(tx, at)), [])
      const overdue = { now: at, leaseUntil: later, stages: ['decide', 'act'] as const, most: 100 }
      assert.deepEqual(await readsWhole((tx) => overdueRuns(tx, overdue)), [])
      const sighting = {
        workflow: 'orders',
        name: 'repeats',
        value: 'customer-4',
        root: 'run_new',
        receivedAt: at,
        since: new Date(0),
      }
      assert.deepEqual(await readsWhole(() => db.transaction((tx) => noteAndCount(tx, [sighting]))), [])
    })

    test('cards that are due are claimed, and storms folded, by index', async () => {
      const take = { at, leaseMs: 1000, limit: 8, resting: [], inHand: [] }
      assert.deepEqual(await readsWhole((tx) => claimDueCards(tx, take)), [])
      assert.deepEqual(await readsWhole(() => foldStorms(db, { at, mine: [] })), [])
    })
  },
)
