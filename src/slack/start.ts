// The edge to Slack as a whole: clients, listeners, notifier and the people sync, started and stopped together.
import { makeChannels } from './channels.ts'
import { makeClients } from './clients.ts'
import type { EdgeDeps, SlackEdge } from './deps.ts'
import { everyNight, keepSynced } from './keep-synced.ts'
import { makeNewBlocks } from './new-blocks.ts'
import { makeNotifier } from './notifier.ts'
import { makePacer } from './pacer.ts'
import { postMessage } from './post-message.ts'
import { makeChannelMembers } from './sync-channel-members.ts'
import { syncPeople } from './sync-people.ts'

/** Starts listening and posting as `notifies` and `listens` say. Does not wait for Slack: it may be away. */
export async function startSlack(deps: EdgeDeps): Promise<SlackEdge> {
  const { db, config, log, clock } = deps
  const clients = makeClients(config, log)
  const channels = makeChannels(clients.posting, clock)
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
    ? (await import('./listen.ts')).startListening(deps, { clients, channels, channelMembers, notifier })
    : undefined
  const syncAll = async () => {
    try {
      const refused = await syncPeople({ db, client: clients.posting, clock })
      await channelMembers.sync()
      return refused
    } finally {
      await listening?.peopleChanged()
    }
  }

  const syncing = keepSynced({ sync: syncAll, log })
  const nightly = deps.notifies ? everyNight(() => void syncing.now(), clock) : undefined
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
      nightly?.stop()
      await stopListening()
      await notifier.stop()
    },
  }
}
