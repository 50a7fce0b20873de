// What the doctor says of people: whether Slack tells its groups, and whether each name in a file means somebody.
import { movedText, nameStates } from '../../db/people/name-state.ts'
import type { Database } from '../../db/store/open.ts'
import { readGroupsRefused, readWorkspace } from '../../db/people/workspace.ts'
import { counted } from '../../domain/text/counted.ts'
import type { Finding } from './findings.ts'

export async function peopleFindings({ prisma }: Pick<Database, 'prisma'>): Promise<Finding[]> {
  const ours = await readWorkspace(prisma)
  if (!ours)
    return [
      {
        check: 'people',
        state: 'look',
        detail: 'Slack has not said which workspace this is: nobody is a member yet',
      },
    ]
  const refused = await readGroupsRefused(prisma)
  const standing = await nameStates(prisma)
  const unbound = standing.filter(({ slackId }) => slackId === null)
  const moved = [...new Set(standing.flatMap(({ moved: one }) => (one ? [movedText(one)] : [])))]
  const nobodys = unbound.map(({ name, file }) => `${name} (${file})`)
  return [
    refused
      ? {
          check: 'groups',
          state: 'look',
          detail: `Slack refuses usergroups.list (${refused.code}) since ${refused.since.toISOString()}: groups stay as they were last told`,
        }
      : { check: 'groups', state: 'ok', detail: 'Slack tells them' },
    {
      check: 'names',
      state: nobodys.length + moved.length > 0 ? 'look' : 'ok',
      detail:
        [
          ...(nobodys.length > 0
            ? [`nobody, no channel, or more than one is called ${nobodys.join(', ')}`]
            : []),
          ...moved,
        ].join('; ') || `${counted(standing.length, 'name')} bound to members and channels of this workspace`,
    },
  ]
}
