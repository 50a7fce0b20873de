// The workspace that this bot serves, and who of it is a member: every question of who somebody is starts here.
import { isMember, type PersonFacts, type Workspace } from '../../domain/people/membership.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

/** undefined: Slack was never asked which workspace this is, so nobody is a member of it. */
export async function readWorkspace(tx: Tx): Promise<Workspace | undefined> {
  const [row] = await tx.$queryRaw<Workspace[]>`
    SELECT team_id AS "teamId", enterprise_id AS "enterpriseId", ${guests} AS guests FROM workspace`
  return row
}

// Those of the signalbox.yaml that was published last.
const guests = Prisma.sql`ARRAY(
  SELECT jsonb_array_elements_text(COALESCE((newest.content::jsonb) #> '{people,guests}', '[]'::jsonb))
  FROM (SELECT content FROM standards ORDER BY id DESC LIMIT 1) newest)`

/** A row `workspace_of` with the workspace, to be joined as `isMemberSql` needs it. */
export const workspaceSql = Prisma.sql`(SELECT team_id, enterprise_id, ${guests} AS guests FROM workspace) workspace_of`

/** The condition that `isMember` is, for the row `p` of `person` beside `workspaceSql`; a test holds the two together. */
export const isMemberSql = Prisma.sql`(NOT p.is_deleted AND NOT p.is_bot AND (
  p.id = ANY(workspace_of.guests) OR COALESCE(
    NOT p.is_restricted AND NOT p.is_ultra_restricted AND NOT p.is_stranger AND (
      p.team_id = workspace_of.team_id
      OR p.team_id IS NOT NULL AND workspace_of.enterprise_id IS NOT NULL
        AND (COALESCE(p.enterprise_id, '') = workspace_of.enterprise_id OR p.team_id = workspace_of.enterprise_id)),
    false)))`

/** Everybody who is a member. */
export const memberIds = async (tx: Tx): Promise<string[]> =>
  (await tx.$queryRaw<{ id: string }[]>`SELECT p.id FROM person p, ${workspaceSql} WHERE ${isMemberSql}`).map(
    ({ id }) => id,
  )

/** Of these, who is a member. */
export async function membersAmong<P extends PersonFacts>(tx: Tx, people: P[]): Promise<P[]> {
  if (people.length === 0) return []
  const ours = await readWorkspace(tx)
  return ours ? people.filter((person) => isMember(person, ours)) : []
}

/** Tells which workspace this bot serves. */
export async function saveWorkspace(
  tx: Tx,
  { teamId, enterpriseId }: Pick<Workspace, 'teamId' | 'enterpriseId'>,
  at: Date,
): Promise<void> {
  const row = { teamId, enterpriseId, syncedAt: at }
  await tx.workspace.upsert({ where: { place: 1 }, create: row, update: row })
}

/** Slack's word for why user groups cannot be read; null: they can. Keeps since when. */
export async function noteGroupsRefused(tx: Tx, code: string | null, at: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE workspace SET groups_refused = ${code}::text,
      groups_refused_at = CASE WHEN ${code}::text IS NULL THEN NULL ELSE COALESCE(groups_refused_at, ${at}::timestamptz) END
    WHERE groups_refused IS DISTINCT FROM ${code}::text`
}

export const readGroupsRefused = async (tx: Tx): Promise<{ code: string; since: Date } | undefined> => {
  const row = await tx.workspace.findFirst({ select: { groupsRefused: true, groupsRefusedAt: true } })
  return row?.groupsRefused && row.groupsRefusedAt
    ? { code: row.groupsRefused, since: row.groupsRefusedAt }
    : undefined
}
