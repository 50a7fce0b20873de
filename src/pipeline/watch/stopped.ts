// The parts of Signalbox watch each other: one that has stopped (no replica of it shows that it works) is one
// exception for the operators, which closes itself when the part works again.
import { beat, openStops, type Part, silentParts } from '../../db/heartbeats.ts'
import { closeException } from '../resume/close.ts'
import { type FindingDeps, raiseFinding } from './finding.ts'

export type StoppedDeps = FindingDeps

/** Longer than any part takes from one sign to the next (digests look each minute). */
export const SILENT_MS = 180_000
const engine = { id: 'engine', surface: 'engine' } as const
const named: Record<Part, string> = {
  worker: 'The worker, which decides and acts,',
  scheduler: 'The scheduler, which takes up what was lost and watches for silence,',
  digest: 'The digest clock',
  notifier: 'The notifier, which posts cards,',
  slack: 'The connection to Slack',
}

const raise = (deps: StoppedDeps, part: Part, since: Date): Promise<boolean> =>
  raiseFinding(deps, {
    dedupeKey: `watchdog:${part}:${since.toISOString()}`,
    detail: `${named[part]} has not shown since ${since.toISOString()} that it works, in any process. This closes itself when it does.`,
    data: { part, since: since.toISOString() },
    about: part,
  })

/** Looks at every part; resolves with how many exceptions were opened and closed. */
export async function watchParts(deps: StoppedDeps): Promise<{ opened: number; closed: number }> {
  const { db, clock, cardsChanged } = deps
  let opened = 0
  let closed = 0
  const open = await openStops(db.prisma)
  for (const { id, runId, isBack, at } of open) {
    if (!isBack) continue
    const note = `works again since ${at?.toISOString()}`
    const closing = {
      exceptionId: id,
      runId,
      as: 'recovered',
      outcome: 'ignored',
      actor: engine,
      note,
    } as const
    if (await db.transaction((tx) => closeException(tx, { ...closing, at: clock() }))) closed += 1
  }
  for (const { part, at } of await silentParts(db.prisma, SILENT_MS)) {
    if (open.some((one) => one.part === part && !one.isBack)) continue
    if (await raise(deps, part, at)) opened += 1
  }
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}

/** One look of a process: says which of its parts work, and watches all, once it has run for longer than a silence. */
export async function beatAndWatch(
  deps: StoppedDeps,
  { working, upForMs }: { working: Part[]; upForMs: number },
): Promise<void> {
  await beat(deps.db.prisma, working)
  // After a long stop of everything all signs are old: whoever starts first gives the others time.
  if (upForMs > SILENT_MS) await watchParts(deps)
}
