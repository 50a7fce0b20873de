// What a review is asked about now, on its card: for when that is no longer what its card shows.
import { addAudit } from '../../db/audit/audit.ts'
import { wantCardOf } from '../../db/cards/cards.ts'
import { jsonText } from '../../db/store/rows.ts'
import { type Cover, type CoverChange, coverIn } from '../../domain/exceptions/approval.ts'
import { parseJson } from '../../domain/values/exact-number.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { HeldException, ResolveDeps } from './held.ts'

export interface Renewal {
  covers: Cover
  changes: CoverChange[]
  /** Whose press found it. */
  actor: Actor
  at: Date
}

/** As the database can hold it. */
export const asHeld = (value: unknown): JsonObject => parseJson(jsonText(value)) as JsonObject

/** Asks anew, with before and after on the card: nobody has approved that. Left alone if somebody else was first. */
export async function renew(
  { db, cardsChanged }: Pick<ResolveDeps, 'db' | 'cardsChanged'>,
  { id, runId, data }: HeldException,
  { covers, changes, actor, at }: Renewal,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ data: JsonObject; revision: number }[]>`
      SELECT data, revision FROM exception WHERE id = ${id} AND state = 'open' FOR UPDATE`
    if (!row || coverIn(row.data, 'covers')?.hash !== coverIn(data, 'covers')?.hash) return
    await tx.exception.update({
      where: { id },
      data: {
        approvals: [],
        revision: { increment: 1 },
        data: asHeld({ ...row.data, covers, changes, changed_revision: row.revision + 1 }),
      },
    })
    await addAudit(tx, {
      at,
      actor,
      action: 'exception.asked_anew',
      target: id,
      runId,
      after: { covers: covers.hash },
    })
    await wantCardOf(tx, id)
  })
  cardsChanged()
}
