// Channels as they come and go: what they are called is kept, names that had none are bound, and open cards leave a channel
// that closed.
import { bindNames } from '../../db/people/bind-names.ts'
import { wantOpenCardsOf } from '../../db/cards/cards.ts'
import { forgetMembers, moveMember } from '../../db/people/channel-members.ts'
import { channelGone, isShown, saveChannels } from '../../db/people/channels.ts'
import type { Channels } from '../api/channels.ts'
import type { SlackDeps } from '../deps.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { EventApp } from '../app/slack-app.ts'

const named = ['channel_created', 'channel_rename', 'group_rename']
const opened = ['channel_unarchive', 'group_unarchive']
const closed = ['channel_archive', 'channel_left', 'group_archive']
const gone = ['channel_deleted', 'group_deleted', 'group_left']

export function listenChannels(
  app: EventApp,
  { db, clock }: SlackDeps,
  { channels, notifier }: { channels: Channels; notifier: Notifier },
): void {
  for (const event of named) {
    app.event(event, async ({ channel }) => {
      const { id, name } = (channel ?? {}) as { id?: unknown; name?: unknown }
      if (typeof id !== 'string' || typeof name !== 'string') return
      await saveChannels(db.prisma, [{ id, name }], { at: clock() })
      await bindNames(db, clock())
    })
  }
  for (const event of opened) {
    app.event(event, async ({ channel }) => {
      if (typeof channel === 'string') await forgetMembers(db.prisma, channel)
    })
  }
  for (const [event, isIn] of [
    ['member_joined_channel', true],
    ['member_left_channel', false],
  ] as const) {
    app.event(event, async ({ channel, user }) => {
      if (typeof channel !== 'string' || typeof user !== 'string') return
      await moveMember(db.prisma, { slackId: channel, personId: user, isIn, at: clock() })
      if (!isIn || (await isShown(db.prisma, channel))) return
      // It is the bot that was invited, to a channel which Slack had not shown us.
      await forgetMembers(db.prisma, channel)
      await channels.sync()
    })
  }
  for (const event of [...closed, ...gone]) {
    app.event(event, async ({ channel }) => {
      if (typeof channel !== 'string') return
      channels.forget()
      if (gone.includes(event)) await channelGone(db.prisma, channel, clock())
      await forgetMembers(db.prisma, channel)
      await wantOpenCardsOf(db.prisma, channel)
      notifier.wake()
    })
  }
}
