// A run that cannot go on by itself is held, with the exception for the person who decides.
import { splitOwners } from '../../db/people/owners.ts'
import { partOf } from '../decide/judge.ts'
import type { Opening } from '../exception/open.ts'
import type { Planned } from './ask-again.ts'
import type { Next } from './step-commits.ts'

export function openingFor(
  { run, version, scope }: Planned,
  about: Pick<Opening, 'reason' | 'detail' | 'data' | 'about' | 'review'>,
): Extract<Next, { kind: 'hold' }> {
  const { compiled, standards } = version
  const owner = splitOwners(run.owner ?? '')
  return {
    kind: 'hold',
    opening: {
      definition: compiled.definition,
      standards,
      route: run.route,
      owner,
      ownerId: run.ownerId,
      card: compiled.card(run.route, partOf(about), scope),
      ...about,
    },
  }
}
