// Channels as they come and go: what is known of them is asked anew, and open cards leave a channel that closed.
import { wantOpenCardsOf } from '../../db/cards.ts'
import { forgetMembers, forgetUnseen, moveMember } from '../../db/channel-members.ts'
import type { Channels } from '../channels.ts'
import type { SlackDeps } from '../deps.ts'
import type { Notifier } from '../notifier.ts'
import type { EventWire } from '../wire.ts'

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
  wire: EventWire,
  { db, clock }: SlackDeps,
  { channels, notifier }: { channels: Channels; notifier: Notifier },
): void {
  for (const name of changed) {
    wire.event(name, async ({ channel }) => {
      channels.forget()
      // It may be another's name now: who is in it is asked anew.
      const id = typeof channel === 'string' ? channel : (channel as { id?: unknown } | undefined)?.id
      if (typeof id === 'string') await forgetMembers(db.prisma, id)
    })
  }
  for (const [name, isIn] of [
    ['member_joined_channel', true],
    ['member_left_channel', false],
  ] as const) {
    wire.event(name, async ({ channel, user }) => {
      if (typeof channel !== 'string' || typeof user !== 'string') return
      if (await moveMember(db.prisma, { slackId: channel, personId: user, isIn, at: clock() })) return
      // Perhaps it is the bot that was invited, to a channel which nothing was known of.
      channels.forget()
      await forgetUnseen(db.prisma)
    })
  }
  for (const name of closed) {
    wire.event(name, async ({ channel }) => {
      channels.forget()
      if (typeof channel !== 'string') return
      await forgetMembers(db.prisma, channel)
      await wantOpenCardsOf(db.prisma, channel)
      notifier.wake()
    })
  }
}
