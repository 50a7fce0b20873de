// round_robin, weighted and least_loaded: whose turn it is, chosen and moved on in the caller's transaction. Two that
// choose at once go one after the other, so that they never choose the same turn; many are chosen at once.
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
 * Chooses `many` owners by start-time fair queueing: whoever was served least for their weight is next. Who was away or is
 * new begins where the others are now, instead of being given everything they missed. `least_loaded` looks at open
 * exceptions first, and at what it has given in this call. Ties go to the one named first.
 */
export async function takeTurns(
  tx: Tx,
  { strategy, key, candidates }: Choice,
  many: number,
): Promise<Owner[]> {
  if (candidates.length === 0) return []
  const finish = await lockTurns(tx, key)
  const ids = candidates.map(({ owner }) => owner.id)
  const open = strategy === 'least_loaded' ? await openOf(tx, ids) : undefined
  const chosen = Array.from({ length: many }, () => takeTurn({ strategy, candidates, finish, open }))
  const moved = [...new Set([NOW, ...chosen.map(({ id }) => id)])].map((id) => ({
    id,
    finish: finish.get(id) ?? 0,
  }))
  await tx.$executeRaw`
    INSERT INTO owner_turn (strategy, owner_id, finish)
    SELECT ${key}, id, finish FROM json_to_recordset(${JSON.stringify(moved)}::json) AS t(id text, finish float8)
    ON CONFLICT (strategy, owner_id) DO UPDATE SET finish = excluded.finish`
  return chosen
}

/** The next turn; moves `finish` and `open` on. */
function takeTurn({
  strategy,
  candidates,
  finish,
  open,
}: Omit<Choice, 'key'> & { finish: Map<string, number>; open: Map<string, number> | undefined }): Owner {
  const now = finish.get(NOW) ?? 0
  const startOf = ({ owner: { id } }: Candidate) => Math.max(finish.get(id) ?? 0, now)
  const loadOf = ({ owner: { id } }: Candidate) => open?.get(id) ?? 0
  const { owner, weight } = candidates.reduce((best, one) =>
    (loadOf(one) - loadOf(best) || startOf(one) - startOf(best)) < 0 ? one : best,
  )
  const start = startOf({ owner, weight })
  finish.set(owner.id, start + (strategy === 'weighted' ? 1 / weight : 1))
  finish.set(NOW, start)
  open?.set(owner.id, (open.get(owner.id) ?? 0) + 1)
  return owner
}
