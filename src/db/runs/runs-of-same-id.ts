// Events that came with one id and say different things: the runs of the others.
import type { Deliveries } from '../../domain/deliveries.ts'
import type { Tx } from '../store/open.ts'

export async function runsOfSameId(
  tx: Tx,
  { id, sameIdAs }: { id: string; sameIdAs: string | null },
): Promise<Omit<Deliveries, 'redeliveries'>> {
  const runs = await tx.run.findMany({
    where: { event: { OR: [{ sameIdAs: id }, { id: sameIdAs ?? '' }] } },
    select: { id: true, eventId: true },
    orderBy: { id: 'asc' },
  })
  return {
    sameIdAs: runs.find(({ eventId }) => eventId === sameIdAs)?.id ?? null,
    changedIn: runs.filter(({ eventId }) => eventId !== sameIdAs).map((run) => run.id),
  }
}
