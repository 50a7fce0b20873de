// Slack refuses to tell its user groups: one exception of the operators, which closes itself when it tells them again.
import { openFindings } from '../../db/exceptions/open-findings.ts'
import { readGroupsRefused } from '../../db/people/workspace.ts'
import { type Finding, type WatchDeps, writeFound } from './finding.ts'

const ABOUT = 'groups-refused'

const findingOf = ({ code, since }: { code: string; since: Date }): Finding => ({
  key: `${ABOUT}:${code}:${since.toISOString()}`,
  subject: 'user groups',
  reason: 'lookup_failed',
  detail: `Slack refuses to tell its user groups (usergroups.list: ${code}). People work as before; groups stay as they were last told, and a group that was never told owns nothing: what it would own goes to the next owner. Grant usergroups:read, or name people instead of groups. They are asked for again each night and when Signalbox starts, and this closes itself then.`,
  data: { groups_refused: code, since: since.toISOString() },
  about: ABOUT,
})

/** Resolves with how many exceptions were opened and closed. */
export async function watchDirectory(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { prisma } = deps.db
  const open = await openFindings(prisma, 'groups_refused')
  const refused = await readGroupsRefused(prisma)
  const fresh = refused && open.length === 0 ? [findingOf(refused)] : []
  const over = refused ? [] : open
  return writeFound(deps, {
    over: over.map((one) => ({ ...one, note: 'Slack tells its groups again' })),
    fresh,
  })
}
