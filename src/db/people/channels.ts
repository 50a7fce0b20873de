// Channels as Slack last told us: which id has a name, and what an id is called.
import type { Tx } from '../store/open.ts'

export interface ChannelFromSlack {
  id: string
  /** Without #. */
  name: string
}

/**
 * Writes channels as Slack has them. `at`: when Slack began to be asked; what was told since stays. `isAll`: these are
 * all that Slack shows us, so the others are gone.
 */
export async function saveChannels(
  tx: Tx,
  channels: readonly ChannelFromSlack[],
  { at, isAll = false }: { at: Date; isAll?: boolean },
): Promise<void> {
  const ids = channels.map(({ id }) => id)
  await tx.$executeRaw`
    INSERT INTO channel (id, name, is_gone, synced_at)
    SELECT c.*, false, ${at}::timestamptz FROM unnest(${ids}::text[], ${channels.map(({ name }) => name)}::text[]) AS c
    ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, is_gone = false, synced_at = EXCLUDED.synced_at
      WHERE channel.synced_at <= EXCLUDED.synced_at`
  if (isAll)
    await tx.channel.updateMany({
      where: { id: { notIn: ids }, syncedAt: { lte: at } },
      data: { isGone: true, syncedAt: at },
    })
}

/** Slack does not show it any more: its name may be another's. */
export async function channelGone(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.channel.updateMany({ where: { id }, data: { isGone: true, syncedAt: at } })
}

/** The channel that each of these names (`#pay`) belongs to now; two on an Enterprise Grid: none. */
export async function channelsCalled(tx: Tx, names: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.channel.findMany({
    where: { name: { in: names.map((name) => name.slice(1)) }, isGone: false },
    select: { id: true, name: true },
  })
  const alone = rows.filter(({ name }) => rows.filter((other) => other.name === name).length === 1)
  return new Map(alone.map(({ id, name }) => [`#${name}`, id]))
}

/** Every channel that Slack shows us. */
export const channelsShown = (tx: Tx): Promise<ChannelFromSlack[]> =>
  tx.channel.findMany({ where: { isGone: false }, select: { id: true, name: true }, orderBy: { id: 'asc' } })

/** Whether Slack shows us this channel. */
export const isShown = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.channel.count({ where: { id, isGone: false } })) > 0
