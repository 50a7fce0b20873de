// The cards in Slack of one run's exceptions.
import type { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

export interface RunCard {
  kind: string
  subjectId: string
  channel: string
  ts: string | null
  /** Its exception stands on a card with others: channel and ts are that card's. */
  isOfMany: boolean
  error: string | null
  isCurrent: boolean
}

type CardRow = Prisma.CardGetPayload<object>

const cardView = (card: CardRow, shared: CardRow | undefined) => ({
  kind: card.kind,
  subjectId: card.subjectId,
  channel: (shared ?? card).postedChannel ?? (shared ?? card).channel,
  ts: (shared ?? card).ts,
  isOfMany: shared !== undefined,
  error: card.error,
  isCurrent: card.postedRevision >= card.wantedRevision,
})

/** The cards of these exceptions; of those that stand together with others, where that is. */
export async function readCards(tx: Tx, exceptionIds: string[]): Promise<RunCard[]> {
  const cards = await tx.card.findMany({ where: { subjectId: { in: exceptionIds } } })
  const sharedIds = cards.flatMap(({ foldedInto }) => foldedInto ?? [])
  const shared = sharedIds.length > 0 ? await tx.card.findMany({ where: { id: { in: sharedIds } } }) : []
  return cards.map((card) =>
    cardView(
      card,
      shared.find(({ id }) => id === card.foldedInto),
    ),
  )
}
