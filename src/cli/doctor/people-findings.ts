// What the doctor says of people: whether Slack tells its groups, and whether each name in a file means somebody.
import { movedText, nameStates } from '../../db/people/name-state.ts'
import type { Database } from '../../db/store/open.ts'
import { readGroupsRefused, readWorkspace } from '../../db/people/workspace.ts'
import { counted } from '../../domain/text/counted.ts'
import { moment } from '../text/times.ts'
import type { Finding } from './findings.ts'

export async function peopleFindings({ prisma }: Pick<Database, 'prisma'>): Promise<Finding[]> {
  const ours = await readWorkspace(prisma)
  if (!ours)
    return [
      {
        check: 'people',
        state: 'warn',
        detail: "Slack hasn't said which workspace this is, so nobody counts as a member yet",
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
          state: 'warn',
          detail: `Slack refuses usergroups.list (${refused.code}) since ${moment(refused.since)}: groups stay as last synced`,
        }
      : { check: 'groups', state: 'ok', detail: 'synced with Slack' },
    {
      check: 'names',
      state: nobodys.length + moved.length > 0 ? 'warn' : 'ok',
      detail:
        [
          ...(nobodys.length > 0
            ? [`no person or channel, or more than one, is called ${nobodys.join(', ')}`]
            : []),
          ...moved,
        ].join('; ') || `${counted(standing.length, 'name')} bound to members and channels of this workspace`,
    },
  ]
}
