// Everything a digest says, read in one snapshot: its window against the one before, eight weeks, and what to look
// after. Titles and owners are kept as they are called now.
import { correctionsTo, type DigestFigures, type WindowFigures } from '../domain/digest.ts'
import { type DigestWindow, windowLabel, windowsEarlier } from '../domain/digest-window.ts'
import type { Standards } from '../domain/standards.ts'
import { chainHead } from './audit-chain.ts'
import { among, type Span, workflowsOfTeam } from './digest-span.ts'
import { firstDigestOf } from './digests.ts'
import { Prisma } from './generated/client.ts'
import { readWindowFigures } from './digest-window-figures.ts'
import { readLedger } from './ledger.ts'
import type { Database, Tx } from './open.ts'
import { reviewsFinished } from './reviews.ts'
import { labelsOf, newestStandards, resolveOwner } from './people.ts'

const WEEKS_SHOWN = 8
const OLDEST_SHOWN = 5
const REASONS_SHOWN = 6

const weekOf = (window: DigestWindow, { accepted, ended, straight }: WindowFigures) => ({
  label: windowLabel(window),
  accepted,
  straight,
  handled: ended - straight,
})

/** A count per window, oldest first. */
async function readWeeks(tx: Tx, windows: DigestWindow[], workflows: Span['workflows']) {
  const ofEvents = among('event.workflow_key', workflows)
  const ofOutcomes = among('o.workflow_key', workflows)
  const rows = await tx.$queryRaw<{ place: number; accepted: number; straight: number; handled: number }[]>`
    SELECT w.place::int AS place,
      (SELECT count(*) FROM event WHERE received_at >= w.start AND received_at < w.end ${ofEvents})::float8 AS accepted,
      (SELECT count(*) FROM outcome o WHERE ended_at >= w.start AND ended_at < w.end ${ofOutcomes} AND touches = 0
         AND NOT EXISTS (SELECT 1 FROM exception e WHERE e.run_id = o.run_id))::float8 AS straight,
      (SELECT count(*) FROM outcome o WHERE ended_at >= w.start AND ended_at < w.end ${ofOutcomes} AND (touches > 0
         OR EXISTS (SELECT 1 FROM exception e WHERE e.run_id = o.run_id)))::float8 AS handled
    FROM unnest(${windows.map(({ start }) => start)}::timestamptz[], ${windows.map(({ end }) => end)}::timestamptz[])
      WITH ORDINALITY AS w(start, "end", place) ORDER BY w.place`
  return rows.map(({ place, ...counts }) => ({
    label: windowLabel(windows[place - 1] as DigestWindow),
    ...counts,
  }))
}

async function readReasons(tx: Tx, window: Span, before: Span) {
  return tx.$queryRaw<{ reason: string; now: number; before: number }[]>`
    SELECT reason, (count(*) FILTER (WHERE opened_at >= ${window.start}::timestamptz))::float8 AS now,
           (count(*) FILTER (WHERE opened_at < ${window.start}::timestamptz))::float8 AS before
    FROM exception WHERE opened_at >= ${before.start}::timestamptz AND opened_at < ${window.end}::timestamptz
      ${among('workflow_key', window.workflows)}
    GROUP BY reason ORDER BY now DESC, before DESC, reason LIMIT ${REASONS_SHOWN}`
}

interface OldestRow {
  exceptionId: string
  title: string
  subject: string | null
  reason: string
  ownerId: string | null
  ownerSpec: string
  openedAt: Date
}

/** Those that stood open when the window ended. */
async function readOldest(tx: Tx, { end, workflows }: Span) {
  const rows = await tx.$queryRaw<OldestRow[]>`
    SELECT e.id AS "exceptionId", w.title, r.subject, e.reason, e.owner_id AS "ownerId",
           e.owner_spec AS "ownerSpec", e.opened_at AS "openedAt"
    FROM exception e JOIN run r ON r.id = e.run_id JOIN workflow w ON w.key = e.workflow_key
    WHERE e.opened_at < ${end}::timestamptz AND (e.state = 'open' OR e.settled_at >= ${end}::timestamptz)
      ${among('e.workflow_key', workflows)}
    ORDER BY e.opened_at, e.id LIMIT ${OLDEST_SHOWN}`
  const labels = await labelsOf(
    tx,
    rows.flatMap(({ ownerId }) => ownerId ?? []),
  )
  return rows.map(({ ownerSpec, openedAt, ...row }) => ({
    ...row,
    ownerLabel: labels.get(row.ownerId ?? '') ?? (ownerSpec || 'nobody'),
    openedAt: openedAt.toISOString(),
  }))
}

interface WorkflowRow {
  workflow: string
  title: string
  ownerSpec: string
  isPaused: boolean
  createdAt: Date
  hadEvents: boolean
}

const readWorkflows = (tx: Tx, { end, workflows }: Span) =>
  tx.$queryRaw<WorkflowRow[]>`
    SELECT key AS workflow, title, owner_spec AS "ownerSpec", paused_at IS NOT NULL AS "isPaused",
           created_at AS "createdAt",
           coalesce((SELECT received_at FROM run WHERE workflow_key = key ORDER BY received_at LIMIT 1)
                    < ${end}::timestamptz, false) AS "hadEvents"
    FROM workflow WHERE true ${workflows ? Prisma.sql`AND key = ANY(${[...workflows]}::text[])` : Prisma.empty}
    ORDER BY key`

async function whoseOwnerIsNobody(tx: Tx, rows: WorkflowRow[], standards: Standards, at: Date) {
  const unowned: WorkflowRow[] = []
  for (const row of rows) if (!(await resolveOwner(tx, row.ownerSpec, standards, at))) unowned.push(row)
  return unowned
}

/** The ledger as it was at `end`: what it is now without what came after. */
async function readLedgerAt(
  tx: Tx,
  { end, workflows }: Span,
  { open, inFlight }: WindowFigures,
): Promise<DigestFigures['ledger']> {
  const now = await readLedger(tx, workflows)
  const kept = among('workflow_key', workflows)
  const [since] = await tx.$queryRaw<{ accepted: number; outcomes: number }[]>`
    SELECT (SELECT count(*) FROM event WHERE received_at >= ${end}::timestamptz ${kept})::float8 AS accepted,
           (SELECT count(*) FROM outcome WHERE ended_at >= ${end}::timestamptz ${kept})::float8 AS outcomes`
  const accepted = now.accepted - (since?.accepted ?? 0)
  const outcomes = now.outcomes - (since?.outcomes ?? 0)
  return { accepted, outcomes, open, inFlight, unaccounted: accepted - outcomes - open - inFlight }
}

/** A digest to be read: of a window, over the workflows of a team or (null) over all. */
interface Asked {
  window: DigestWindow
  team: string | null
}

const named = ({ workflow, title }: WorkflowRow) => ({ workflow, title })

async function read(tx: Tx, { window, team, takenAt }: Asked & { takenAt: Date }): Promise<DigestFigures> {
  const ofTeam = await workflowsOfTeam(tx, team)
  const before = windowsEarlier(window, 1)
  const span = { ...window, workflows: ofTeam }
  const now = await readWindowFigures(tx, span)
  const then = await readWindowFigures(tx, { ...before, workflows: ofTeam })
  const said = await firstDigestOf(tx, { window: before, team })
  const head = await chainHead(tx)
  const workflows = await readWorkflows(tx, span)
  const earlier = Array.from({ length: WEEKS_SHOWN - 1 }, (_, at) =>
    windowsEarlier(window, WEEKS_SHOWN - 1 - at),
  )
  const wasThere = workflows.filter(({ createdAt, isPaused }) => createdAt < window.start && !isPaused)
  return {
    version: 1,
    period: window.period,
    team,
    isSoFar: window.end >= takenAt,
    timezone: window.timezone,
    label: windowLabel(window),
    takenAt: takenAt.toISOString(),
    ledger: await readLedgerAt(tx, span, now.all),
    now: now.all,
    before: then.all,
    workflows: workflows.map((row) => ({
      ...named(row),
      now: now.of(row.workflow),
      before: then.of(row.workflow),
    })),
    reasons: await readReasons(tx, span, before),
    weeks: [
      ...(await readWeeks(tx, earlier.slice(0, -1), ofTeam)),
      weekOf(before, then.all),
      weekOf(window, now.all),
    ],
    oldest: await readOldest(tx, span),
    silent: wasThere
      .filter(({ workflow, hadEvents }) => hadEvents && now.of(workflow).accepted === 0)
      .map(named),
    unowned: (await whoseOwnerIsNobody(tx, workflows, await newestStandards(tx), takenAt)).map(named),
    unused: wasThere.filter(({ hadEvents }) => !hadEvents).map(named),
    since: [],
    corrections: said ? correctionsTo(said.figures.now, then.all) : [],
    auditHead: head ? { id: String(head.id), hash: head.hash } : null,
    reviews: (await reviewsFinished(tx, window)).filter(({ workflow }) => ofTeam?.includes(workflow) ?? true),
  }
}

/** The figures of a window as the rows have them at `takenAt`, all from one snapshot. */
export function readDigestFigures(
  db: Database,
  window: DigestWindow,
  takenAt: Date,
  team: string | null = null,
): Promise<DigestFigures> {
  const work = async (tx: Tx) => {
    // Compiling these queries takes longer than running them.
    await tx.$executeRaw`SET LOCAL jit = off`
    return read(tx, { window, team, takenAt })
  }
  return db.prisma.$transaction(work, {
    isolationLevel: 'RepeatableRead',
    maxWait: 10_000,
    timeout: 60_000,
  })
}

export interface DigestRead {
  figures: DigestFigures
  /** The digest's row, where one was submitted for this window; its figures are the ones kept there. */
  digestId: string | undefined
}

/** The digest of a window: as it was kept, beside what the rows say now; counted now where none was kept. */
export async function readDigest(
  db: Database,
  window: DigestWindow,
  at: Date,
  team: string | null = null,
): Promise<DigestRead> {
  const kept = await firstDigestOf(db.prisma, { window, team })
  if (!kept) return { figures: await readDigestFigures(db, window, at, team), digestId: undefined }
  const workflows = await workflowsOfTeam(db.prisma, team)
  const { all } = await readWindowFigures(db.prisma, { ...window, workflows })
  const since = correctionsTo(kept.figures.now, all)
  return { figures: { ...kept.figures, since }, digestId: kept.id }
}
