// Where the people whom an owner's name means can be reached when Slack cannot be.
import { parseOwner } from '../domain/owner.ts'
import type { Standards } from '../domain/standards.ts'
import { expandRoles, splitOwners } from './owners.ts'
import type { Tx } from './open.ts'

const MOST = 20

/** Addresses of the active people behind `specs` (names, roles, groups, ids), each once. */
export async function mailAddressesOf(tx: Tx, specs: string[], standards: Standards): Promise<string[]> {
  const parts = specs.flatMap(splitOwners)
  const names = expandRoles(
    parts.flatMap((part) => parseOwner(part)?.of ?? []),
    standards,
  )
  const handles = names.flatMap(({ name }) => (name.kind === 'handle' ? [name.handle.toLowerCase()] : []))
  const groups = await tx.personGroup.findMany({
    where: { OR: [{ id: { in: parts } }, { handle: { in: handles } }] },
    select: { members: true },
  })
  const ids = [...parts, ...groups.flatMap(({ members }) => members)]
  const people = await tx.person.findMany({
    where: {
      OR: [{ id: { in: ids } }, { handle: { in: handles } }],
      isDeleted: false,
      isBot: false,
      email: { not: null },
    },
    select: { email: true },
    orderBy: { id: 'asc' },
    take: MOST,
  })
  return [...new Set(people.flatMap(({ email }) => email ?? []))]
}
