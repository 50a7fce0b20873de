// Who is in the channels that workflows and digests stand in, as Slack last told us. By id: a name may be another's.
import type { Tx } from '../store/open.ts'

/** Whether this person is in the channel. A name that is not bound, and a channel of which nothing is known: nobody is. */
export const isInChannel = async (tx: Tx, channelId: string, personId: string): Promise<boolean> =>
  (await tx.channelMembers.count({ where: { slackId: channelId, members: { has: personId } } })) > 0

/** What current workflows, digests and the standards stand in: ids, and names that are not bound. */
async function channelsNamed(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ channel: string }[]>`
    WITH newest AS (SELECT id, content FROM standards ORDER BY id DESC LIMIT 1)
    SELECT channel FROM workflow UNION SELECT channel FROM digest WHERE channel !~ '^[DUW]'
    UNION SELECT COALESCE(b.slack_id, b.name) FROM name_binding b JOIN newest ON b.scope = 'standards:' || newest.id
      WHERE b.name LIKE '#%'
    UNION SELECT d.value ->> 'channel' FROM newest CROSS JOIN LATERAL jsonb_each(newest.content -> 'digests') d
      WHERE d.value ->> 'channel' ~ '^[CG]'
    ORDER BY 1`
  return rows.map(({ channel }) => channel)
}

export const channelsUsed = async (tx: Tx): Promise<string[]> =>
  (await channelsNamed(tx)).filter((channel) => !channel.startsWith('#'))

export const channelsUnbound = async (tx: Tx): Promise<string[]> =>
  (await channelsNamed(tx)).filter((channel) => channel.startsWith('#'))

/** Those that Slack was never asked about. */
export async function channelsUnread(tx: Tx): Promise<string[]> {
  const used = await channelsUsed(tx)
  const known = await tx.channelMembers.findMany({
    where: { slackId: { in: used } },
    select: { slackId: true },
  })
  const read = new Set(known.map(({ slackId }) => slackId))
  return used.filter((id) => !read.has(id))
}

/** `at`: when Slack began to be asked. Whoever joined or left since is known already, and stays. */
export async function saveMembers(
  tx: Tx,
  { slackId, members, at }: { slackId: string; members: string[]; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO channel_members (slack_id, members, synced_at)
    VALUES (${slackId}, ${members}::text[], ${at}::timestamptz)
    ON CONFLICT (slack_id) DO UPDATE SET members = EXCLUDED.members, synced_at = EXCLUDED.synced_at
      WHERE channel_members.synced_at <= EXCLUDED.synced_at`
}

/** Somebody joined or left. One statement, so that two events at once both count. */
export async function moveMember(
  tx: Tx,
  { slackId, personId, isIn, at }: { slackId: string; personId: string; isIn: boolean; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE channel_members SET synced_at = greatest(synced_at, ${at}::timestamptz),
      members = array_remove(members, ${personId}) || CASE WHEN ${isIn} THEN ARRAY[${personId}] ELSE '{}'::text[] END
    WHERE slack_id = ${slackId}`
}

/** Nothing is known of this channel any more: it was archived or left, or the bot was invited. */
export async function forgetMembers(tx: Tx, slackId: string): Promise<void> {
  await tx.channelMembers.deleteMany({ where: { slackId } })
}
