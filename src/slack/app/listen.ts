// What people do in Slack: Bolt behind one of its receivers, with every listener of ours.
import { App } from '@slack/bolt'
import { isOurEvent, makeAdmission } from './admission.ts'
import type { Channels } from '../api/channels.ts'
import { apiOptions, type Clients, slackLogger } from '../api/clients.ts'
import { accessOf } from '../../access/access.ts'
import type { EdgeDeps, SlackDeps } from '../deps.ts'
import { guardDoor } from './door.ts'
import { publishHome } from '../home/publish.ts'
import { makeHomePublisher } from '../home/publisher.ts'
import { listenChange } from '../listeners/change.ts'
import { listenChannels } from '../listeners/channels.ts'
import { listenCommand } from '../listeners/command.ts'
import { listenDigestList } from '../listeners/digest-list.ts'
import { listenFix } from '../listeners/fix.ts'
import { listenHome } from '../listeners/home.ts'
import { listenMore } from '../listeners/more.ts'
import { listenPeople } from '../listeners/people.ts'
import { listenAtOnce } from '../listeners/at-once.ts'
import { listenChoose } from '../listeners/choose.ts'
import { listenReassign } from '../listeners/reassign.ts'
import { listenReveal } from '../listeners/reveal.ts'
import { listenReview } from '../listeners/review.ts'
import { listenRules } from '../listeners/rules.ts'
import { listenStartWorkflow } from '../listeners/start-workflow.ts'
import { listenStorm } from '../listeners/storm.ts'
import { listenWhy } from '../listeners/why.ts'
import { listenWithReason } from '../listeners/with-reason.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { ChannelMembers } from '../people/sync-channel-members.ts'
import { makeReception, type Reception } from './receiver.ts'
import { makeSlackApp } from './bolt-app.ts'
import type { EventApp } from './slack-app.ts'

const listeners = [
  listenAtOnce,
  listenChoose,
  listenWithReason,
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

function makeApp({ config, log }: EdgeDeps, { receiver }: Reception): App {
  return new App({
    receiver,
    logger: slackLogger(log),
    clientOptions: apiOptions(config, log),
    // Our own token, without asking Slack first: a Slack that is away must not keep us from starting.
    authorize: async () => ({ botToken: config.botToken }),
    ignoreSelf: false,
  })
}

export interface Listening extends Pick<Reception, 'requestListener' | 'isConnected'> {
  /** People were read from Slack: who is a member may have changed. */
  peopleChanged(): Promise<void>
  /** Resolves when what was under way is answered. */
  stop(): Promise<void>
}

/** What stands beside the listeners for as long as the edge does. */
interface Kept {
  clients: Clients
  channels: Channels
  channelMembers: ChannelMembers
  notifier: Notifier
}

/** Everything that Slack tells us of by itself: manifest.yml subscribes to these events and no others. */
export function listenToEvents(
  app: EventApp,
  deps: SlackDeps,
  kept: Pick<Kept, 'clients' | 'channels' | 'notifier'>,
  peopleChanged: () => Promise<void>,
): void {
  listenPeople(app, deps, kept.clients, peopleChanged)
  listenHome(app, deps)
  listenChannels(app, deps, kept)
}

/** Starts to listen. Does not wait for Slack. */
export function startListening(
  edge: EdgeDeps,
  { clients, channels, channelMembers, notifier }: Kept,
): Listening {
  const { db, config, log, clock } = edge
  const reception = makeReception(config, log, clock)
  const bolt = makeApp(edge, reception)
  const app = makeSlackApp(bolt, clients, log)
  const homes = makeHomePublisher({
    send: (userId) => publishHome(edge, clients.interactive, userId),
    background: app.background,
    log,
  })
  const deps: SlackDeps = {
    ...edge,
    publishHome: homes.publish,
    async accessFor(userId) {
      await channelMembers.readNew()
      return accessOf(db.prisma, { id: userId, surface: 'slack' })
    },
  }
  const who = { db: deps.db, client: clients.interactive, clock }
  const { admit, changed } = makeAdmission(who)
  const peopleChanged = () =>
    changed().catch((error: unknown) => log.warn({ err: error }, 'members could not be read again'))
  guardDoor(bolt, { admit, isOurs: (arrival) => isOurEvent(who, arrival) }, log)
  for (const listen of listeners) listen(app, deps)
  listenToEvents(app, deps, { clients, channels, notifier }, peopleChanged)
  void peopleChanged()
  reception.start()
  return {
    peopleChanged,
    requestListener: reception.requestListener,
    isConnected: reception.isConnected,
    async stop() {
      await reception.stop()
      await app.stop()
    },
  }
}
