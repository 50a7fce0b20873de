// Channels as they come and go: what is known of them is asked anew, and open cards leave a channel that closed.
import { wantOpenCardsOf } from '../../db/cards.ts'
import type { Channels } from '../channels.ts'
import type { SlackDeps } from '../deps.ts'
import type { Notifier } from '../notifier.ts'
import type { Wire } from '../wire.ts'

const changed = ['channel_created', 'channel_rename', 'channel_unarchive', 'group_rename', 'group_unarchive']
const closed = [
  'channel_archive',
  'channel_deleted',
  'channel_left',
  'group_archive',
  'group_deleted',
  'group_left',
]

export function listenChannels(
  wire: Wire,
  { db }: SlackDeps,
  { channels, notifier }: { channels: Channels; notifier: Notifier },
): void {
  for (const name of changed) wire.event(name, async () => channels.forget())
  for (const name of closed) {
    wire.event(name, async ({ channel }) => {
      channels.forget()
      if (typeof channel !== 'string') return
      await wantOpenCardsOf(db.prisma, channel)
      notifier.wake()
    })
  }
}
