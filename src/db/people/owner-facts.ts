// The owners of runs with what texts may say of them.
import { mentionOf, type OwnerFacts } from '../../domain/people/owner-facts.ts'
import type { Tx } from '../store/open.ts'

/** By id; without those whom Slack has never told of. */
export async function readOwnerFacts(tx: Tx, ids: readonly string[]): Promise<Map<string, OwnerFacts>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; name: string; email: string | null }[]>`
    SELECT id, coalesce(nullif(name, ''), handle) AS name, nullif(email, '') AS email FROM person WHERE id = ANY(${ids})
    UNION ALL SELECT id, coalesce(nullif(name, ''), handle), NULL FROM person_group WHERE id = ANY(${ids})`
  return new Map(
    rows.map(({ id, name, email }) => [
      id,
      { id, name, mention: mentionOf(id), ...(email === null ? {} : { email }) },
    ]),
  )
}

/** Of one run; undefined: nobody owns it. */
export const readOwnerOf = async (tx: Tx, id: string | null): Promise<OwnerFacts | undefined> =>
  id === null ? undefined : (await readOwnerFacts(tx, [id])).get(id)
