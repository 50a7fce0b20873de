// Histories of runs as fast-check draws them, and their rows: what had happened by a moment, or all of it.
import fc from 'fast-check'
import { insertEvents } from '../../src/db/runs/events.ts'
import { readWorkspace, saveWorkspace } from '../../src/db/people/workspace.ts'
import type { Database } from '../../src/db/store/open.ts'
import { insertOutcomes } from '../../src/db/runs/outcomes.ts'
import { writeFinal } from '../../src/db/exceptions/final-resolutions.ts'
import { addCounts, foldCounters } from '../../src/db/digest/counters.ts'
import type { Outcome } from '../../src/domain/exceptions/outcome.ts'
import { reasons } from '../../src/domain/exceptions/reasons.ts'
import { partsOf } from '../../src/queue/insert-statement.ts'

export const workflows = ['orders', 'leads', 'refunds', 'idle']
const HOUR = 3_600_000
export const END_OF_TIME = new Date('2036-01-01T00:00:00Z')

const anyStop = fc.record({
  reason: fc.constantFrom(...reasons),
  afterMs: fc.integer({ min: 0, max: 60 * HOUR }),
  dueAfterMs: fc.option(fc.integer({ min: 0, max: 60 * HOUR })),
  acknowledgedAfterMs: fc.option(fc.integer({ min: 0, max: 30 * HOUR })),
  /** How long until it was resolved; nothing: it never was. */
  tookMs: fc.option(fc.integer({ min: 0, max: 100 * HOUR }), { freq: 6 }),
  as: fc.constantFrom(
    'approved',
    'declined',
    'retried',
    'fixed',
    'done',
    'dismissed',
    'chosen',
    'recovered',
    'expired',
  ),
  /** It stops for what it had stopped for before: what was resolved comes back. */
  comesBack: fc.boolean(),
  by: fc.constantFrom('UADA0001', 'UGRACE01', 'cli:linus'),
  handOffs: fc.array(fc.integer({ min: 0, max: 20 * HOUR }), { maxLength: 2 }),
})

/** `offsetMs` is when it arrived, seen from the start of a window that is 168 hours long. */
const anyRun = fc.record({
  workflow: fc.constantFrom('orders', 'leads', 'refunds'),
  offsetMs: fc.oneof(
    fc.integer({ min: -250 * HOUR, max: 250 * HOUR }),
    fc.constantFrom(0, -1, 1, 168 * HOUR, 168 * HOUR - 1, -168 * HOUR, -168 * HOUR - 1),
  ),
  stops: fc.array(anyStop, { maxLength: 3 }),
  /** How long after arriving, or after the last resolution, it ended; nothing: it is still in flight. */
  endedAfterMs: fc.option(fc.integer({ min: 0, max: 200 * HOUR }), { freq: 6 }),
  kind: fc.constantFrom('achieved', 'declined', 'dismissed', 'failed', 'ignored'),
  route: fc.constantFrom('refund', 'ship'),
  owner: fc.option(fc.constantFrom('UADA0001', 'UGRACE01')),
  /** What it is worth, in thousandths: more decimals than the currency has. */
  worth: fc.option(
    fc.record({
      currency: fc.constantFrom('EUR', 'JPY'),
      thousandths: fc.oneof(fc.bigInt({ min: -5000n, max: 5000n }), fc.bigInt({ min: 0n, max: 10n ** 40n })),
    }),
  ),
})
type Drawn = typeof anyRun extends fc.Arbitrary<infer T> ? T : never
type Unset = 'route' | 'owner' | 'worth'
export type RunHistory = Omit<Drawn, Unset> & Partial<Pick<Drawn, Unset>>
export const anyHistory = fc.array(anyRun, { maxLength: 25 })

interface Rows {
  event: object[]
  run: object[]
  exception: object[]
  card: object[]
  audit: object[]
  ended: { runId: string; kind: Outcome; at: Date }[]
  /** Exceptions after which their run stopped for something else, and when. */
  final: { id: string; at: Date }[]
}

const faults = [
  'stale_data',
  'lookup_failed',
  'action_failed',
  'action_refused',
  'timed_out',
  'source_silent',
  'internal_error',
]

/** 12345 thousandths → 12.345. */
export const inThousandths = (of: bigint): string => {
  const digits = String(of < 0n ? -of : of).padStart(4, '0')
  return `${of < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`
}

function addRun(rows: Rows, history: RunHistory, at: { place: number; start: Date; until: number }): void {
  const { place, start, until } = at
  const id = String(place).padStart(3, '0')
  let time = start.getTime() + history.offsetMs
  if (time >= until) return
  const receivedAt = new Date(time)
  const event = {
    id: `evt_${id}`,
    workflowKey: history.workflow,
    source: 'test',
    contentType: 'application/json',
  }
  rows.event.push({ ...event, headers: {}, body: Buffer.from('{}'), receivedAt })
  const runId = `run_${id}`
  const { worth } = history
  const value = worth ? { amount: inThousandths(worth.thousandths), currency: worth.currency } : {}
  const run = {
    id: runId,
    eventId: event.id,
    workflowKey: history.workflow,
    versionId: `ver_${history.workflow}`,
    route: history.route ?? null,
    ownerId: history.owner ?? null,
    ...value,
  }
  let state = 'in_flight'
  const audit = (actor: string, action: string, target: string, when: number) => {
    if (when >= until) return
    const surface = actor.startsWith('cli:') ? 'cli' : 'slack'
    rows.audit.push({ at: new Date(when), actor, surface, action, target, runId })
  }
  let before: { id: string; reason: string; caseOpenedAt: Date; dueAt: Date | null } | undefined
  let hasFault = false
  for (const [number, stop] of history.stops.entries()) {
    const openedAt = time + stop.afterMs
    if (openedAt >= until) {
      time = until // in flight until then
      break
    }
    const resolvedAt = stop.tookMs === null ? undefined : openedAt + stop.tookMs
    const isResolved = resolvedAt !== undefined && resolvedAt < until
    const exception = `exc_${id}_${number}`
    const reason = stop.comesBack && before ? before.reason : stop.reason
    const reopened = before?.reason === reason ? before : undefined
    if (before && !reopened) rows.final.push({ id: before.id, at: new Date(openedAt) })
    const isFirstFault: boolean = !hasFault && faults.includes(reason)
    hasFault ||= isFirstFault
    const dueAt = reopened?.dueAt ?? (stop.dueAfterMs === null ? null : new Date(openedAt + stop.dueAfterMs))
    const caseOpenedAt = reopened?.caseOpenedAt ?? new Date(openedAt)
    for (const afterMs of stop.handOffs)
      if (resolvedAt === undefined || openedAt + afterMs < resolvedAt)
        audit(stop.by, 'exception.reassigned', exception, openedAt + afterMs)
    if (isResolved && stop.as !== 'recovered') audit(stop.by, `exception.${stop.as}`, exception, resolvedAt)
    rows.card.push({
      id: `card_${exception}`,
      kind: 'exception',
      subjectId: exception,
      channel: '#x',
      // Some stand under the card of a storm.
      foldedInto: place % 3 === 0 ? 'card_storm' : null,
      createdAt: new Date(openedAt),
    })
    rows.exception.push({
      id: exception,
      runId,
      workflowKey: history.workflow,
      reason,
      detail: 'a test',
      fingerprint: reason,
      ownerSpec: '@ada',
      ownerId: history.owner ?? 'UADA0001',
      ownerSince: new Date(openedAt),
      policy: {},
      openedAt: new Date(openedAt),
      dueAt,
      reopens: reopened?.id ?? null,
      caseOpenedAt,
      isFirstFault,
      ...value,
      acknowledgedAt:
        stop.acknowledgedAfterMs === null ? null : new Date(openedAt + stop.acknowledgedAfterMs),
      state: isResolved ? 'resolved' : 'open',
      ...(isResolved ? { resolvedAs: stop.as, resolvedBy: stop.by, resolvedAt: new Date(resolvedAt) } : {}),
    })
    if (!isResolved) {
      state = 'held'
      break
    }
    before = { id: exception, reason, caseOpenedAt, dueAt }
    time = resolvedAt
  }
  const endedAt = history.endedAfterMs === null ? until : time + history.endedAfterMs
  if (state === 'in_flight' && endedAt < until) {
    state = 'ended'
    rows.ended.push({ runId, kind: history.kind, at: new Date(endedAt) })
  }
  rows.run.push({ ...run, state, receivedAt, subject: `#${place}` })
}

/** Writes what of these histories had happened before `until`, and nothing else. */
export async function writeHistory(
  db: Database,
  histories: RunHistory[],
  { start, until, isFolded = false }: { start: Date; until: Date; isFolded?: boolean },
): Promise<void> {
  const rows: Rows = { event: [], run: [], exception: [], card: [], audit: [], ended: [], final: [] }
  for (const [place, history] of histories.entries())
    addRun(rows, history, { place, start, until: until.getTime() })
  await db.transaction(async (tx) => {
    // The audit refuses even this, unless its triggers are off.
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`TRUNCATE event, run, exception, card, audit, outcome, final_resolution, digest, counter, counter_span, counter_total CASCADE`
    await tx.$executeRaw`SET LOCAL session_replication_role = origin`
    await tx.event.createMany({ data: rows.event as never })
    await tx.run.createMany({ data: rows.run as never })
    await tx.exception.createMany({ data: rows.exception as never })
    await tx.card.createMany({ data: rows.card as never })
    await tx.audit.createMany({ data: rows.audit as never })
    // Each thing a person did is a line in the thread, where its exception has a card of its own.
    await tx.$executeRaw`
      INSERT INTO card (id, kind, subject_id, channel, created_at)
      SELECT 'line_' || audit.id, 'notice', 'audit:' || audit.id, '#x', at
      FROM audit JOIN card ON card.subject_id = audit.target AND card.folded_into IS NULL`
    for (const { id, at } of rows.final) await addCounts(tx, await writeFinal(tx, [id], at), at)
    for (const { at, ...ended } of rows.ended)
      await addCounts(tx, await insertOutcomes(tx, [{ ...ended, note: null, by: 'engine' }], at), at)
    await tx.$executeRaw`
      INSERT INTO counter (workflow_key, hour, metric, shard, count)
      SELECT workflow_key, date_trunc('hour', received_at, 'UTC'), 'accepted', 0, count(*) FROM event GROUP BY 1, 2
      UNION ALL
      SELECT e.workflow_key, date_trunc('hour', opened_at, 'UTC'), metric, 0, sum(n)
      FROM exception e CROSS JOIN LATERAL signalbox_opened_facts(e) GROUP BY e.workflow_key, metric, 2
      ON CONFLICT (hour, workflow_key, metric, shard) DO UPDATE SET count = counter.count + excluded.count`
    if (isFolded) await foldCounters(tx, END_OF_TIME)
  })
}

/** An event that is written only now, with the run it begins. */
export async function writeLate(db: Database, workflow: string, receivedAt: Date): Promise<void> {
  const event = { eventId: 'evt_late', runId: 'run_late', workflow, versionId: `ver_${workflow}` }
  const empty = { dedupeKey: null, subject: null, headers: {}, actor: null, replayOf: null, sameIdAs: null }
  const body = { contentType: 'application/json', body: Buffer.from('{}').toString('base64') }
  const leaseUntil = new Date(receivedAt.getTime() + 60_000)
  const late = { ...event, ...empty, ...body, source: 'webhook' as const, receivedAt, leaseUntil }
  await insertEvents(db.prisma, [late], partsOf('SELECT 1'))
}

/** Workflows with one version each, as if published long ago. */
export async function writeWorkflows(db: Database): Promise<void> {
  const createdAt = new Date('2015-01-01T00:00:00Z')
  for (const key of workflows) {
    const workflow = {
      key,
      title: `The ${key}`,
      ownerSpec: 'UADA0001',
      channel: '#x',
      currentNumber: 1,
      createdAt,
    }
    await db.prisma.workflow.create({ data: workflow })
    const version = { id: `ver_${key}`, workflowKey: key, number: 1, contentHash: key, source: '' }
    await db.prisma.workflowVersion.create({
      data: {
        ...version,
        definition: { fields: {}, routes: { ship: { title: 'Ship it' } } },
        standards: {},
        publishedBy: 'test',
      },
    })
  }
  // Beside a bot, the workspace is that of its Slack: whoever presses there has to be one of it.
  const { teamId = 'TOURS' } = (await readWorkspace(db.prisma)) ?? {}
  if (teamId === 'TOURS') await saveWorkspace(db.prisma, { teamId, enterpriseId: null }, createdAt)
  const person = { id: 'UADA0001', handle: 'ada', name: 'Ada', teamId, syncedAt: createdAt }
  await db.prisma.person.create({ data: person })
}
