// The windows before, week by week (or day by day), with the one that the digest is about as the last.
import type { DigestFigures } from '../../domain/digest/digest.ts'
import { type DigestWindow, windowLabel } from '../../domain/digest/digest-window.ts'
import type { Tx } from '../store/open.ts'
import { readTotals, type Totals } from './counter-totals.ts'
import type { Span } from './digest-span.ts'

interface Known {
  windows: DigestWindow[]
  /** What the counters hold of each window. */
  totals: Totals[]
  workflows: Span['workflows']
  /** At the end of the last window. */
  ledger: DigestFigures['ledger']
}

/** All runs of each window, received or carried over: what had arrived by its end and not completed before it began. */
async function readRuns(tx: Tx, { windows, totals, workflows, ledger }: Known): Promise<number[]> {
  const end = windows.at(-1)?.end ?? new Date(0)
  const untilEnd = await readTotals(
    tx,
    windows.map(({ start }) => ({ start, end })),
    { workflows, withTimes: false },
  )
  return untilEnd.map((since, at) => {
    const arrivedBefore = ledger.accepted - since.count('accepted')
    const completedBefore = ledger.outcomes - since.total('outcome')
    return arrivedBefore - completedBefore + (totals[at]?.count('accepted') ?? 0)
  })
}

/** `withRuns`: with all runs of each, for whom a share of them is to be shown. */
export async function readWeeks(
  tx: Tx,
  known: Known,
  { withRuns }: { withRuns: boolean },
): Promise<DigestFigures['weeks']> {
  const runs = withRuns ? await readRuns(tx, known) : []
  return known.windows.map((window, at) => {
    const totals = known.totals[at]
    const automated = totals?.count('automated') ?? 0
    return {
      label: windowLabel(window),
      accepted: totals?.count('accepted') ?? 0,
      automated,
      handled: (totals?.total('outcome') ?? 0) - automated,
      runs: runs[at] ?? null,
    }
  })
}
