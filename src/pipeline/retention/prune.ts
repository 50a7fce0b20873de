// Pruning: what ended longer ago than signalbox.yaml says its data is kept is emptied, class by class, in batches that
// commit one by one. Nothing is named there: everything is kept.
import { addAudit } from '../../db/audit/audit.ts'
import { mayErase } from '../../db/audit/erase.ts'
import type { Database } from '../../db/store/open.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import { countDue, emptyNext } from '../../db/audit/retention.ts'
import { parseDuration } from '../../domain/time/duration.ts'
import { type Erasable, erasable } from '../../domain/masking/erased.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

export interface Pruned {
  part: Erasable
  /** As signalbox.yaml says it: `180d`. */
  keptFor: string
  /** What ended before this is due. */
  before: Date
  runs: number
}

export type PruneAnswer = { kind: 'pruned'; parts: Pruned[] } | { kind: 'not_allowed' }

export interface PruneRequest {
  actor: Actor
  /** Only counts what is due. */
  isDry?: boolean
  batch?: number
}

const BATCH = 500

/** Empties what is due now. Safe to be interrupted and to run twice at once: each batch moves the place on with it. */
export async function prune(
  { db, clock }: { db: Database; clock: () => Date },
  { actor, isDry = false, batch = BATCH }: PruneRequest,
): Promise<PruneAnswer> {
  const { retention } = await newestStandards(db.prisma)
  const parts: Pruned[] = []
  for (const part of erasable) {
    const keptFor = retention[part]
    if (keptFor === undefined) continue
    const at = clock()
    const before = new Date(at.getTime() - parseDuration(keptFor))
    const due = await countDue(db.prisma, part, before)
    if (isDry || due === 0) {
      parts.push({ part, keptFor, before, runs: due })
      continue
    }
    if (!(await mayErase(db.prisma))) return { kind: 'not_allowed' }
    let runs = 0
    for (;;) {
      const done = await db.transaction((tx) => emptyNext(tx, part, { before, at, most: batch }))
      runs += done
      if (done < batch) break
    }
    parts.push({ part, keptFor, before, runs })
    if (runs === 0) continue
    const after = { runs, endedBefore: before.toISOString() }
    await db.transaction((tx) => addAudit(tx, { at, actor, action: 'retention.pruned', target: part, after }))
  }
  return { kind: 'pruned', parts }
}
