// A pause is meant to end. One that has stood for hours is one exception, because what waits for it says nothing by
// itself; it closes itself when the pause ends.
import { listPauses, openForgotten, type PauseRow } from '../../db/pauses.ts'
import { labelsOf } from '../../db/people.ts'
import { countedDo } from '../../domain/counted.ts'
import { closeFinding, raiseFinding, type Under, underOperators, type WatchDeps } from './finding.ts'

/** Longer than a deploy, or a repair that somebody sits at. */
const FORGOTTEN_AFTER_MS = 4 * 3_600_000
const WORKFLOW = 'workflow:'

/** A workflow's pause is its owner's, any other the operators'. */
async function underWhom(deps: WatchDeps, { id }: PauseRow): Promise<Under | undefined> {
  const current = id.startsWith(WORKFLOW) ? await deps.catalog.current(id.slice(WORKFLOW.length)) : undefined
  return current ? { current, standards: current.version.standards, owner: [] } : underOperators(deps)
}

function what(id: string): string {
  if (id === 'all') return 'Everything has been paused'
  return id.startsWith(WORKFLOW)
    ? 'This workflow has been paused'
    : `Calls to ${id.slice('target:'.length)} have been paused`
}

async function raise(deps: WatchDeps, pause: PauseRow): Promise<boolean> {
  const under = await underWhom(deps, pause)
  if (!under) return false
  const { id, pausedAt, pausedBy, note, parked } = pause
  const since = pausedAt.toISOString()
  const by = (await labelsOf(deps.db.prisma, [pausedBy])).get(pausedBy) ?? pausedBy
  const command = `/workflow resume ${id.replace(/^(workflow|target):/, '')}`
  return raiseFinding(deps, {
    under,
    key: `pause:${id}:${since}`,
    reason: 'timed_out',
    detail: `${what(id)} since ${since} by ${by}${note === null ? '' : ` (${note})`}; so far ${countedDo(parked, 'wait')}. ${command} ends it, and this closes itself then.`,
    data: { pause: id, since },
    about: `pause/${id}`,
  })
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchPauses(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db, clock, cardsChanged } = deps
  const open = await openForgotten(db.prisma)
  let opened = 0
  let closed = 0
  for (const { id, runId, isOver } of open)
    if (isOver && (await closeFinding(deps, { id, runId, note: 'the pause has ended' }))) closed += 1
  const known = new Set(open.filter(({ isOver }) => !isOver).map(({ pause }) => pause))
  for (const pause of await listPauses(db.prisma, new Date(clock().getTime() - FORGOTTEN_AFTER_MS)))
    if (!known.has(pause.id) && (await raise(deps, pause))) opened += 1
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}
