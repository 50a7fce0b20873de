// Away: until then the cover gets what would be given to this person. What they have already stays theirs.
import { addAudit } from '../../db/audit.ts'
import type { Database } from '../../db/open.ts'
import type { Actor } from './settlement.ts'

export interface Away {
  personId: string
  actor: Actor
  /** null: back again. */
  until: Date | null
  coverId: string | null
}

/** false: nobody with this id is known. */
export async function setAway(
  { db, clock }: { db: Database; clock: () => Date },
  { personId, actor, until, coverId }: Away,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const changed = await tx.person.updateMany({
      where: { id: personId },
      data: { awayUntil: until, coverId },
    })
    if (changed.count === 0) return false
    await addAudit(tx, {
      at: clock(),
      actor: actor.id,
      surface: actor.surface,
      action: until === null ? 'person.back' : 'person.away',
      target: personId,
      after: { until: until?.toISOString() ?? null, cover: coverId },
    })
    return true
  })
}
