// Who is in the channels that workflows and digests name, as Slack last told us.
import { DIGEST_CHANNEL } from '../domain/standards.ts'
import type { Tx } from './open.ts'

/** Whether this person is in the channel. A channel of which nothing is known has nobody in it. */
export const isInChannel = async (tx: Tx, channel: string, personId: string): Promise<boolean> =>
  (await tx.channelMembers.count({ where: { channel, members: { has: personId } } })) > 0

/** The channels that current workflows and the standards name, as they write them. */
export async function channelsNamed(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ channel: string }[]>`
    SELECT channel FROM workflow UNION SELECT channel FROM digest UNION SELECT ${DIGEST_CHANNEL}
    UNION SELECT d.value ->> 'channel' FROM (SELECT content FROM standards ORDER BY id DESC LIMIT 1) s
      CROSS JOIN LATERAL jsonb_each(s.content -> 'digests') d WHERE d.value ->> 'channel' IS NOT NULL
    ORDER BY 1`
  return rows.map(({ channel }) => channel)
}

const AGAIN_MS = 30_000

/** Those of them that Slack was never asked about, or did not show us a while ago: the bot may have been invited since. */
export async function channelsUnread(tx: Tx, now: Date): Promise<string[]> {
  const named = await channelsNamed(tx)
  const known = await tx.channelMembers.findMany({
    where: {
      channel: { in: named },
      OR: [{ slackId: { not: null } }, { syncedAt: { gt: new Date(now.getTime() - AGAIN_MS) } }],
    },
    select: { channel: true },
  })
  const read = new Set(known.map(({ channel }) => channel))
  return named.filter((channel) => !read.has(channel))
}

/** `at`: when Slack began to be asked. Whoever joined or left since is known already, and stays. */
export async function saveMembers(
  tx: Tx,
  { channel, slackId, members, at }: { channel: string; slackId: string | null; members: string[]; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO channel_members (channel, slack_id, members, synced_at)
    VALUES (${channel}, ${slackId}, ${members}::text[], ${at}::timestamptz)
    ON CONFLICT (channel) DO UPDATE SET slack_id = EXCLUDED.slack_id, members = EXCLUDED.members,
      synced_at = EXCLUDED.synced_at WHERE channel_members.synced_at <= EXCLUDED.synced_at`
}

/**
 * Somebody joined or left. One statement, so that two events at once both count. Resolves with whether anything is known
 * of the channel.
 */
export async function moveMember(
  tx: Tx,
  { slackId, personId, isIn, at }: { slackId: string; personId: string; isIn: boolean; at: Date },
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE channel_members SET synced_at = greatest(synced_at, ${at}::timestamptz),
      members = array_remove(members, ${personId}) || CASE WHEN ${isIn} THEN ARRAY[${personId}] ELSE '{}'::text[] END
    WHERE slack_id = ${slackId}`
  return changed > 0
}

/** Nothing is known of this channel any more: it was renamed, archived or left. */
export async function forgetMembers(tx: Tx, slackId: string): Promise<void> {
  await tx.channelMembers.deleteMany({ where: { slackId } })
}

/** Channels that Slack did not show us are asked for anew. */
export async function forgetUnseen(tx: Tx): Promise<void> {
  await tx.channelMembers.deleteMany({ where: { slackId: null } })
}
