// Away: until then the cover gets what would be given to this person. What they have already stays theirs.
import { addAudit } from '../../db/audit/audit.ts'
import type { Database } from '../../db/store/open.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

export interface Away {
  personId: string
  actor: Actor
  /** null: here. Left out, it stays as it was. */
  until?: Date | null
  /** Who stands in for them; left out, it stays who it was. */
  coverId?: string
}

const actionOf = (until: Date | null | undefined): string => {
  if (until === undefined) return 'person.cover'
  return until === null ? 'person.back' : 'person.away'
}

/** false: nobody with this id is known. */
export async function setAway(
  { db, clock }: { db: Database; clock: () => Date },
  { personId, actor, until, coverId }: Away,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const changed = await tx.person.updateMany({
      where: { id: personId },
      data: {
        ...(until === undefined ? {} : { awayUntil: until }),
        ...(coverId === undefined ? {} : { coverId }),
      },
    })
    if (changed.count === 0) return false
    await addAudit(tx, {
      at: clock(),
      actor,
      action: actionOf(until),
      target: personId,
      after: {
        ...(until === undefined ? {} : { until: until?.toISOString() ?? null }),
        ...(coverId === undefined ? {} : { cover: coverId }),
      },
    })
    return true
  })
}
