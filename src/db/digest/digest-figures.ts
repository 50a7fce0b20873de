// Everything a digest says, read in one snapshot: its window against the one before, eight weeks, and what to look
// after. Titles and owners are kept as they are called now.
import { correctionsTo, type DigestFigures, type WindowFigures } from '../../domain/digest/digest.ts'
import {
  type DigestWindow,
  endsEarly,
  wholeWindowsBefore,
  windowLabel,
  windowsEarlier,
} from '../../domain/digest/digest-window.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { chainHead } from '../audit/audit-chain.ts'
import { among, type Span, stoodOpenAt, workflowsOfTeam } from './digest-span.ts'
import { atTarget, type Targets } from '../../domain/digest/digest-targets.ts'
import { readWeeks } from './digest-weeks.ts'
import { readChange } from './change-figures.ts'
import { firstDigestOf } from './digests.ts'
import { Prisma } from '../generated/client.ts'
import { readWindowFigures, windowFigures, type WindowRead } from './digest-window-figures.ts'
import { readIgnored } from './ignored.ts'
import { readLedger } from './ledger.ts'
import { readLoad } from './load-figures.ts'
import { readMoney } from './money-figures.ts'
import type { Database, Tx } from '../store/open.ts'
import { pausedNow } from '../pauses.ts'
import { reviewsFinished } from './reviews.ts'
import { resolveOwner } from '../people/owners.ts'
import { labelledOwners, labelsOf } from '../people/people.ts'
import { newestStandards } from '../workflows/standards.ts'
import { readTotals, type Totals } from './counter-totals.ts'

const WEEKS_SHOWN = 8
const END_OF_TIME = new Date('9000-01-01T00:00:00Z')
const OLDEST_SHOWN = 5
const REASONS_SHOWN = 6

function reasonsOf(now: Totals, before: Totals): DigestFigures['reasons'] {
  const [of, then] = [now.each('opened'), before.each('opened')]
  return [...new Set([...of.keys(), ...then.keys()])]
    .map((reason) => ({ reason, now: of.get(reason) ?? 0, before: then.get(reason) ?? 0 }))
    .toSorted((a, b) => b.now - a.now || b.before - a.before || (a.reason < b.reason ? -1 : 1))
    .slice(0, REASONS_SHOWN)
}

interface OldestRow {
  exceptionId: string
  title: string
  reason: string
  ownerId: string | null
  ownerSpec: string
  openedAt: Date
}

async function readOldest(tx: Tx, { end, workflows }: Span) {
  const rows = await tx.$queryRaw<OldestRow[]>`
    SELECT e.id AS "exceptionId", w.title, e.reason, e.owner_id AS "ownerId",
           e.owner_spec AS "ownerSpec", e.case_at AS "openedAt"
    FROM (
      SELECT stood.*, coalesce(case_opened_at, opened_at) AS case_at FROM (${stoodOpenAt(end)}) AS stood
      WHERE true ${among('workflow_key', workflows)}
      ORDER BY case_at, id LIMIT ${OLDEST_SHOWN}
    ) e JOIN workflow w ON w.key = e.workflow_key
    ORDER BY e.case_at, e.id`
  const labels = await labelsOf(
    tx,
    rows.flatMap(({ ownerId }) => ownerId ?? []),
  )
  const owners = await labelledOwners(
    tx,
    rows.map(({ ownerSpec }) => ownerSpec),
  )
  return rows.map(({ ownerSpec, openedAt, ...row }) => ({
    ...row,
    ownerLabel: labels.get(row.ownerId ?? '') ?? (owners.get(ownerSpec) || 'nobody'),
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
    SELECT key AS workflow, title, owner_spec AS "ownerSpec", ${pausedNow('key')} AS "isPaused",
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

/** The ledger as it was when the window ended: what it is now without what came `since`. */
async function readLedgerAt(
  tx: Tx,
  { workflows }: Span,
  since: Totals,
  { open, inFlight }: WindowFigures,
): Promise<DigestFigures['ledger']> {
  const now = await readLedger(tx, workflows)
  const accepted = now.accepted - since.count('accepted')
  const outcomes = now.outcomes - since.total('outcome')
  return { accepted, outcomes, open, inFlight, unaccounted: accepted - outcomes - open - inFlight }
}

/** What a digest is about besides its window. */
export interface DigestOf {
  /** Only the workflows of this team; none: all. */
  team?: string | null | undefined
  targets?: Targets | undefined
}

interface Asked extends DigestOf {
  window: DigestWindow
  takenAt: Date
}

const named = ({ workflow, title }: WorkflowRow) => ({ workflow, title })

async function read(tx: Tx, { window, team = null, targets = {}, takenAt }: Asked): Promise<DigestFigures> {
  const ofTeam = await workflowsOfTeam(tx, team)
  const before = windowsEarlier(window, 1)
  const span = { ...window, workflows: ofTeam }
  const spanBefore = { ...before, workflows: ofTeam }
  const earlier = wholeWindowsBefore(window, WEEKS_SHOWN - 1)
  const since = { start: window.end, end: END_OF_TIME }
  const [inSince, ...inEarlier] = (await readTotals(tx, [since, ...earlier], {
    workflows: ofTeam,
    withTimes: false,
  })) as [Totals, ...Totals[]]
  const [inBefore, inNow] = (await readTotals(tx, [before, window], {
    workflows: ofTeam,
    withTimes: true,
  })) as [Totals, Totals]
  const [then, now] = (await windowFigures(tx, [spanBefore, span], [inBefore, inNow])) as [
    WindowRead,
    WindowRead,
  ]
  const ledger = await readLedgerAt(tx, span, inSince, now.all)
  const said = await firstDigestOf(tx, { window: before, team })
  const head = await chainHead(tx)
  const workflows = await readWorkflows(tx, span)
  const wasThere = workflows.filter(({ createdAt, isPaused }) => createdAt < window.start && !isPaused)
  return {
    version: 1,
    period: window.period,
    team,
    isSoFar: endsEarly(window),
    timezone: window.timezone,
    label: windowLabel(window),
    takenAt: takenAt.toISOString(),
    ledger,
    targets,
    now: now.all,
    before: then.all,
    change: await readChange(tx, [span, spanBefore], {
      now: atTarget(now.all, targets),
      before: atTarget(then.all, targets),
    }),
    workflows: workflows.map((row) => ({
      ...named(row),
      now: now.of(row.workflow),
      before: then.of(row.workflow),
    })),
    money: await readMoney(tx, span, spanBefore),
    load: await readLoad(tx, span, { now: now.all, totals: inNow }),
    reasons: reasonsOf(inNow, inBefore),
    weeks: await readWeeks(
      tx,
      {
        windows: [...earlier, window],
        totals: [...inEarlier, inNow],
        workflows: ofTeam,
        ledger,
      },
      { withRuns: targets.automation_rate !== undefined },
    ),
    oldest: await readOldest(tx, span),
    silent: wasThere
      .filter(({ workflow, hadEvents }) => hadEvents && inNow.count('accepted', workflow) === 0)
      .map(named),
    unowned: (await whoseOwnerIsNobody(tx, workflows, await newestStandards(tx), takenAt)).map(named),
    unused: wasThere.filter(({ hadEvents }) => !hadEvents).map(named),
    ignored: await readIgnored(
      tx,
      window,
      ofTeam?.map((key) => `/hooks/${key}`),
    ),
    since: [],
    corrections: said ? correctionsTo(said.figures.now, then.all) : [],
    auditHead: head ? { id: String(head.id), hash: head.hash } : null,
    reviews: (await reviewsFinished(tx, window)).filter(({ workflow }) => ofTeam?.includes(workflow) ?? true),
  }
}

/** All that `work` reads is of one moment. */
function inSnapshot<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const quickly = async (tx: Tx) => {
    // Compiling these queries, or starting processes for them, takes longer than running them.
    await tx.$queryRaw`SELECT set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`
    return work(tx)
  }
  return db.prisma.$transaction(quickly, {
    isolationLevel: 'RepeatableRead',
    maxWait: 10_000,
    timeout: 60_000,
  })
}

/** The figures of a window as the rows have them at `takenAt`. */
export const readDigestFigures = (
  db: Database,
  window: DigestWindow,
  takenAt: Date,
  of: DigestOf = {},
): Promise<DigestFigures> => inSnapshot(db, (tx) => read(tx, { ...of, window, takenAt }))

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
  of: DigestOf = {},
): Promise<DigestRead> {
  const team = of.team ?? null
  return inSnapshot(db, async (tx) => {
    const kept = await firstDigestOf(tx, { window, team })
    if (!kept) return { figures: await read(tx, { ...of, window, takenAt: at }), digestId: undefined }
    const { all } = await readWindowFigures(tx, { ...window, workflows: await workflowsOfTeam(tx, team) })
    const since = correctionsTo(kept.figures.now, all)
    return { figures: { ...kept.figures, since }, digestId: kept.id }
  })
}
