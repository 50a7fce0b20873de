// The names that Slack knows, as it last told us: what workflow files are checked against.
import type { Tx } from './open.ts'

export interface Handles {
  people: string[]
  groups: string[]
  gone: string[]
}

/** undefined: Slack was never asked, so nothing can be said of any name. */
export async function readHandles(tx: Tx): Promise<Handles | undefined> {
  const people = await tx.person.findMany({
    where: { isBot: false },
    select: { handle: true, isDeleted: true },
  })
  if (people.length === 0) return undefined
  const groups = await tx.personGroup.findMany({
    where: { members: { isEmpty: false } },
    select: { handle: true },
  })
  const of = (isDeleted: boolean) =>
    people.filter((person) => person.isDeleted === isDeleted).map(({ handle }) => handle)
  return { people: of(false), groups: groups.map(({ handle }) => handle), gone: of(true) }
}

/** Groups that something can be given to, by handle. */
export const groupChoices = (tx: Tx): Promise<{ id: string; handle: string; name: string }[]> =>
  tx.personGroup.findMany({
    where: { members: { isEmpty: false } },
    orderBy: { handle: 'asc' },
    select: { id: true, handle: true, name: true },
  })
