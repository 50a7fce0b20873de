// The parts of Signalbox watch each other: one that has stopped (no replica of it shows that it works) is one
// exception for the operators, which closes itself when the part works again.
import { beat, openStops, type Part, silentParts } from '../../db/heartbeats.ts'
import { type Finding, type WatchDeps, writeFound } from './finding.ts'

/** Longer than any part takes from one sign to the next (digests look each minute). */
const SILENT_MS = 180_000
const named: Record<Part, string> = {
  worker: 'The worker, which decides and acts,',
  scheduler: 'The scheduler, which takes up what was lost and watches for silence,',
  digest: 'The digest clock',
  notifier: 'The notifier, which posts cards,',
  slack: 'The connection to Slack',
}

function findingOf({ part, at }: { part: Part; at: Date }): Finding {
  const since = at.toISOString()
  return {
    key: `${part}:${since}`,
    reason: 'internal_error',
    detail: `${named[part]} has not shown since ${since} that it works, in any process. This closes itself when it does.`,
    data: { part, since },
    about: part,
  }
}

/** Looks at every part; resolves with how many exceptions were opened and closed. */
export async function watchParts(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { prisma } = deps.db
  const open = await openStops(prisma)
  const known = new Set(open.filter(({ isBack }) => !isBack).map(({ part }) => part))
  const silent = await silentParts(prisma, SILENT_MS)
  return writeFound(deps, {
    over: open
      .filter(({ isBack }) => isBack)
      .map((one) => ({ ...one, note: `works again since ${one.at?.toISOString()}` })),
    fresh: silent.filter(({ part }) => !known.has(part)).map(findingOf),
  })
}

/** One look of a process: says which of its parts work, and watches all, once it has run for longer than a silence. */
export async function beatAndWatch(
  deps: WatchDeps,
  { working, upForMs }: { working: Part[]; upForMs: number },
): Promise<void> {
  await beat(deps.db.prisma, working)
  // After a long stop of everything all signs are old: whoever starts first gives the others time.
  if (upForMs > SILENT_MS) await watchParts(deps)
}
