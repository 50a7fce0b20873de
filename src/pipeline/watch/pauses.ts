// A pause is meant to end. One that has stood for hours is one exception, because what waits for it says nothing by
// itself; it closes itself when the pause ends.
import { listPauses, openForgotten, type PauseRow } from '../../db/pauses.ts'
import { labelOfId } from '../../db/people/people.ts'
import { counted } from '../../domain/text/counted.ts'
import { type Finding, type Under, type WatchDeps, writeFound } from './finding.ts'

/** Longer than a deploy, or a repair that somebody sits at. */
const FORGOTTEN_AFTER_MS = 4 * 3_600_000
const WORKFLOW = 'workflow:'
const SUBSCRIPTION = 'subscription:'

/** A workflow's pause is its owner's, any other the operators'. */
async function underOwner({ catalog }: WatchDeps, { id }: PauseRow): Promise<Under | undefined> {
  const current = id.startsWith(WORKFLOW) ? await catalog.current(id.slice(WORKFLOW.length)) : undefined
  return current && { current, standards: current.version.standards, owner: [] }
}

function what(id: string): string {
  if (id === 'all') return 'Everything has been paused'
  if (id.startsWith(WORKFLOW)) return 'This workflow has been paused'
  return id.startsWith(SUBSCRIPTION)
    ? `What is told to ${id.slice(SUBSCRIPTION.length)} has been held back`
    : `Calls to ${id.slice('target:'.length)} have been paused`
}

function waiting(runs: number): string {
  if (runs === 0) return 'nothing waits'
  return `${counted(runs, 'run')} ${runs === 1 ? 'waits' : 'wait'}`
}

async function findingOf(deps: WatchDeps, pause: PauseRow): Promise<Finding> {
  const { id, pausedAt, pausedBy, note, parked } = pause
  const since = pausedAt.toISOString()
  const by = await labelOfId(deps.db.prisma, pausedBy)
  const command = id.startsWith(SUBSCRIPTION)
    ? `signalbox resume --subscription ${id.slice(SUBSCRIPTION.length)}`
    : `/workflow resume ${id.replace(/^(workflow|target):/, '')}`
  return {
    under: await underOwner(deps, pause),
    key: `pause:${id}:${since}`,
    reason: 'timed_out',
    detail: `${what(id)} since ${since} by ${by}${note === null ? '' : ` (${note})`}; ${waiting(parked)} so far. ${command} ends it, and this closes itself then.`,
    data: { pause: id, since },
    about: `pause/${id}`,
  }
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchPauses(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db, clock } = deps
  const open = await openForgotten(db.prisma)
  const known = new Set(open.filter(({ isOver }) => !isOver).map(({ pause }) => pause))
  const long = await listPauses(db.prisma, new Date(clock().getTime() - FORGOTTEN_AFTER_MS))
  const fresh: Finding[] = []
  for (const pause of long) if (!known.has(pause.id)) fresh.push(await findingOf(deps, pause))
  const over = open.filter(({ isOver }) => isOver)
  return writeFound(deps, { over: over.map((one) => ({ ...one, note: 'the pause has ended' })), fresh })
}
