// round_robin, weighted and least_loaded: whose turn it is, chosen and moved on in the caller's transaction. Two that
// choose at once go one after the other, so that they never choose the same turn.
import type { Owner } from './owners.ts'
import type { Tx } from '../store/open.ts'

export interface Candidate {
  owner: Owner
  weight: number
}

export interface Choice {
  strategy: string
  /** The strategy as the workflow writes it: whoever writes the same shares the turns. */
  key: string
  candidates: Candidate[]
}

const NOW = ''

/** Waits for its turn to choose; resolves with each owner's `finish`, and that of the last choice under NOW. */
async function lockTurns(tx: Tx, key: string): Promise<Map<string, number>> {
  await tx.$executeRaw`
    INSERT INTO owner_turn (strategy, owner_id, finish) VALUES (${key}, ${NOW}, 0) ON CONFLICT DO NOTHING`
  // Locked first and read after: what was chosen while we waited is seen.
  await tx.$queryRaw`SELECT 1 FROM owner_turn WHERE strategy = ${key} AND owner_id = ${NOW} FOR UPDATE`
  const rows = await tx.ownerTurn.findMany({ where: { strategy: key } })
  return new Map(rows.map(({ ownerId, finish }) => [ownerId, finish]))
}

async function openOf(tx: Tx, ids: string[]): Promise<Map<string, number>> {
  const rows = await tx.exception.groupBy({
    by: ['ownerId'],
    where: { ownerId: { in: ids }, state: 'open' },
    _count: true,
  })
  return new Map(rows.map(({ ownerId, _count }) => [ownerId ?? '', _count]))
}

/**
 * Chooses by start-time fair queueing: whoever was served least for their weight is next. Who was away or is new
 * begins where the others are now, instead of being given everything they missed. `least_loaded` looks at open
 * exceptions first. Ties go to the one named first.
 */
export async function takeTurn(tx: Tx, { strategy, key, candidates }: Choice): Promise<Owner | undefined> {
  const finish = await lockTurns(tx, key)
  const now = finish.get(NOW) ?? 0
  const open =
    strategy === 'least_loaded'
      ? await openOf(
          tx,
          candidates.map(({ owner }) => owner.id),
        )
      : undefined
  let best: (Candidate & { start: number; load: number }) | undefined
  for (const { owner, weight } of candidates) {
    const start = Math.max(finish.get(owner.id) ?? 0, now)
    const load = open?.get(owner.id) ?? 0
    const isBetter = !best || load < best.load || (load === best.load && start < best.start)
    if (isBetter) best = { owner, weight, start, load }
  }
  if (!best) return undefined
  const { owner, start } = best
  const next = start + (strategy === 'weighted' ? 1 / best.weight : 1)
  await tx.$executeRaw`
    INSERT INTO owner_turn (strategy, owner_id, finish)
    VALUES (${key}, ${owner.id}, ${next}::float8), (${key}, ${NOW}, ${start}::float8)
    ON CONFLICT (strategy, owner_id) DO UPDATE SET finish = excluded.finish`
  return owner
}
