// The edge to Slack as a whole: clients, listeners, notifier and the people sync, started and stopped together.
import { App } from '@slack/bolt'
import { schedule } from 'node-cron'
import { cardsWaiting } from '../db/cards.ts'
import { makeChannels } from './channels.ts'
import { apiOptions, makeClients, slackLogger } from './clients.ts'
import type { SlackDeps, SlackEdge } from './deps.ts'
import { listenChange } from './listeners/change.ts'
import { listenChannels } from './listeners/channels.ts'
import { listenCommand } from './listeners/command.ts'
import { listenDigestList } from './listeners/digest-list.ts'
import { listenFix } from './listeners/fix.ts'
import { listenHome } from './listeners/home.ts'
import { listenMore } from './listeners/more.ts'
import { listenPeople } from './listeners/people.ts'
import { listenApprove, listenRetry } from './listeners/press.ts'
import { listenReassign } from './listeners/reassign.ts'
import { listenReject } from './listeners/reject.ts'
import { listenReveal } from './listeners/reveal.ts'
import { listenReview } from './listeners/review.ts'
import { listenRules } from './listeners/rules.ts'
import { listenStartWorkflow } from './listeners/start-workflow.ts'
import { listenStorm } from './listeners/storm.ts'
import { listenWhy } from './listeners/why.ts'
import { makeNewBlocks } from './new-blocks.ts'
import { makeNotifier } from './notifier.ts'
import { makePacer } from './pacer.ts'
import { postMessage } from './post-message.ts'
import { makeReception, type Reception } from './receiver.ts'
import { syncPeople } from './sync-people.ts'
import { makeWire, type Wire } from './wire.ts'

export type { SlackDeps, SlackEdge } from './deps.ts'

const NIGHTLY = '17 3 * * *'
const RETRY_SYNC_MS = 30_000

const listeners = [
  listenApprove,
  listenRetry,
  listenReject,
  listenReassign,
  listenFix,
  listenChange,
  listenWhy,
  listenReveal,
  listenDigestList,
  listenReview,
  listenRules,
  listenMore,
  listenStorm,
  listenStartWorkflow,
  listenCommand,
]

function makeApp({ config, log }: SlackDeps, { receiver }: Reception): App {
  return new App({
    receiver,
    logger: slackLogger(log),
    clientOptions: apiOptions(config, log),
    // Our own token, without asking Slack first: a Slack that is away must not keep us from starting.
    authorize: async () => ({ botToken: config.botToken }),
    ignoreSelf: false,
  })
}

/** Starts listening and posting as `notifies` and `listens` say. Does not wait for Slack: it may be away. */
export async function startSlack(deps: SlackDeps): Promise<SlackEdge> {
  const { db, config, log, clock } = deps
  const clients = makeClients(config, log)
  const channels = makeChannels(clients.posting, clock)
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
  const reception = deps.listens ? makeReception(config, log, clock) : undefined
  const syncAll = () => syncPeople({ db, client: clients.posting, clock })

  let wire: Wire | undefined
  if (reception) {
    wire = makeWire(makeApp(deps, reception), clients, log)
    for (const listen of listeners) listen(wire, deps)
    listenPeople(wire, deps, clients)
    listenHome(wire, deps, clients)
    listenChannels(wire, deps, { channels, notifier })
    reception.start()
  }

  let again: NodeJS.Timeout | undefined
  let isStopped = false
  const syncUntilDone = async (): Promise<void> => {
    try {
      await syncAll()
    } catch (error) {
      log.warn({ err: error }, 'people could not be read from Slack; trying again')
      if (!isStopped) again = setTimeout(() => void syncUntilDone(), RETRY_SYNC_MS).unref()
    }
  }
  const nightly = deps.notifies ? schedule(NIGHTLY, syncUntilDone, { timezone: 'UTC' }) : undefined
  if (deps.notifies) {
    notifier.start()
    await syncUntilDone()
  }

  return {
    ...(reception?.requestListener ? { requestListener: reception.requestListener } : {}),
    notifier,
    post: (message) => postMessage(posting, message),
    syncPeople: syncAll,
    async health() {
      const { count, oldest } = await cardsWaiting(db.prisma)
      return {
        mode: config.appToken === undefined ? 'http' : 'socket',
        isConnected: reception?.isConnected() ?? true,
        cardsWaiting: count,
        oldestWaiting: oldest,
      }
    },
    async stop() {
      isStopped = true
      clearTimeout(again)
      await nightly?.stop()
      await reception?.stop()
      await wire?.idle()
      await notifier.stop()
    },
  }
}
