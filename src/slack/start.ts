// The edge to Slack as a whole: clients, listeners, notifier and the people sync, started and stopped together.
import { schedule } from 'node-cron'
import { makeChannels } from './api/channels.ts'
import { makeClients } from './api/clients.ts'
import type { EdgeDeps, SlackEdge } from './deps.ts'
import { keepSynced } from './people/keep-synced.ts'
import { makeNewBlocks } from './notify/new-blocks.ts'
import { makeNotifier } from './notify/notifier.ts'
import { makePacer } from './api/pacer.ts'
import { postMessage } from './api/post-message.ts'
import { makeChannelMembers } from './people/sync-channel-members.ts'
import { refusedForGood } from './api/slack-fault.ts'
import { syncPeople } from './people/sync-people.ts'

const NIGHTLY = '17 3 * * *'

/** Starts listening and posting as `notifies` and `listens` say. Does not wait for Slack: it may be away. */
export async function startSlack(deps: EdgeDeps): Promise<SlackEdge> {
  const { db, config, log, clock } = deps
  const clients = makeClients(config, log)
  const channels = makeChannels({ db, client: clients.posting, clock })
  const channelMembers = makeChannelMembers({ db, client: clients.posting, channels, clock }, (error) =>
    log.warn({ err: error }, 'members of a channel could not be read from Slack'),
  )
  const pacer = makePacer(deps.betweenPostsMs)
  const posting = { db, client: clients.posting, channels, pacer, clock }
  const notifier = makeNotifier({
    ...(deps.notified ? { looked: deps.notified } : {}),
    ...posting,
    traced: deps.traced,
    newBlocks: makeNewBlocks(),
    log,
    random: Math.random,
  })
  // Bolt and what answers people are loaded where people are answered.
  const listening = deps.listens
    ? (await import('./app/listen.ts')).startListening(deps, { clients, channels, channelMembers, notifier })
    : undefined
  const syncAll = async () => {
    try {
      const refused = await syncPeople({ db, client: clients.posting, clock })
      try {
        await channels.sync()
      } catch (error) {
        const code = refusedForGood(error)
        if (code === undefined) throw error
        return { ...refused, 'conversations.list': code }
      }
      await channelMembers.sync()
      return refused
    } finally {
      await listening?.peopleChanged()
    }
  }

  const syncing = keepSynced({ sync: syncAll, log })
  const nightly = deps.notifies ? schedule(NIGHTLY, () => syncing.now(), { timezone: 'UTC' }) : undefined
  if (deps.notifies) {
    notifier.start()
    await syncing.now()
  }

  let listeningEnds: Promise<void> | undefined
  const stopListening = () => (listeningEnds ??= listening?.stop() ?? Promise.resolve())

  return {
    ...(listening?.requestListener ? { requestListener: listening.requestListener } : {}),
    notifier,
    post: (message) => postMessage(posting, message),
    syncPeople: async () => void (await syncAll()),
    isConnected: () => listening?.isConnected() ?? true,
    stopListening,
    async stop() {
      syncing.stop()
      await nightly?.stop()
      await stopListening()
      await notifier.stop()
    },
  }
}
