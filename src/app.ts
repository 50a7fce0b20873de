// The composition root: builds the parts and wires them. It holds no logic.
import type { Config, Role, SlackConfig } from './config.ts'
import { makeAsk } from './connectors/ask.ts'
import { makeSendHttp } from './connectors/http.ts'
import { makeSendMail, passwordsIn } from './connectors/mail.ts'
import { handOut } from './connectors/secrets.ts'
import { makeTargets } from './connectors/targets.ts'
import { hearCardsChanged, sayCardsChanged } from './db/cards/card-signal.ts'
import { type Database, openDatabase } from './db/store/open.ts'
import { freeAllRuns } from './db/runs/runs.ts'
import { makeHosts } from './http/hosts.ts'
import { makeMetrics } from './http/metrics.ts'
import { makeMetricsServer, makeServer } from './http/server.ts'
import type { Logger } from './log.ts'
import { type Acting, makeActing } from './pipeline/act/acting.ts'
import { makeEmit } from './pipeline/act/emit.ts'
import { counted } from './pipeline/act/counted.ts'
import { makePerform } from './pipeline/act/perform.ts'
import { makeCircuits } from './pipeline/act/circuits.ts'
import type { Capture } from './pipeline/capture/capture.ts'
import { makeIntake } from './pipeline/capture/intake.ts'
import { makeDrift, type Drift } from './pipeline/drift/drift.ts'
import { makeAsk as newAsk } from './pipeline/enrich/ask.ts'
import { makeShadows, type Shadows } from './pipeline/decide/shadow.ts'
import { resolve } from './pipeline/exception/resolve.ts'
import type { ResolveRequest, ResolveAnswer } from './pipeline/exception/resolution.ts'
import { makePauses, type Pauses } from './pipeline/resume/pauses.ts'
import { startChecks } from './pipeline/watch/checks.ts'
import { makeHeartbeats } from './pipeline/watch/heartbeats.ts'
import { beatAndWatch } from './pipeline/watch/parts.ts'
import { openQueue, type Queue } from './queue/queue.ts'
import { makeQueueTables } from './queue/tables.ts'
import { startAnnouncer } from './roles/announcer.ts'
import { figuresOf } from './roles/figures.ts'
import { makeOperations } from './roles/operations.ts'
import { readiness } from './roles/readiness.ts'
import { startScheduler } from './roles/scheduler.ts'
import { startWorker } from './roles/worker.ts'
import type { SlackEdge } from './slack/deps.ts'
import { startSlack } from './slack/start.ts'
import { type Catalog, makeCatalog } from './workflow/catalog.ts'

export interface AppOptions {
  config: Config
  /** Where Slack is: from the environment, or the local Slack's. */
  slack: SlackConfig | Promise<SlackConfig>
  roles: readonly Role[]
  log: Logger
  clock?: () => Date
  random?: () => number
  /** From one message to the next in one Slack channel; tests shorten it. */
  betweenPostsMs?: number
  /** By when a request must have arrived; tests shorten it. */
  requestWithinMs?: number
  /** Whether the folder's workflows are published by now: until then hooks ask senders to come again. By itself: yes. */
  isPublished?: () => boolean
}

export interface App {
  db: Database
  queue: Queue
  catalog: Catalog
  capture: Capture
  pauses: Pauses
  shadows: Shadows
  drift: Drift
  slack: SlackEdge
  resolve(request: ResolveRequest): Promise<ResolveAnswer>
  /** Address of the web edge; undefined without the role `web`. */
  url: string | undefined
  /** Address of /metrics where it has a port of its own. */
  metricsUrl: string | undefined
  /** Finishes what is in hand, hands back the rest. */
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 15_000
// A stop takes less than 10 s: calls that are under way may end by themselves for half of that.
const CALLS_END_WITHIN_MS = 5_000
const JOBS_END_WITHIN_MS = 8_000

export async function startApp({
  config,
  slack: slackConfig,
  roles,
  log,
  ...given
}: AppOptions): Promise<App> {
  const clock = given.clock ?? (() => new Date())
  const random = given.random ?? Math.random
  const isPublished = given.isPublished ?? (() => true)
  const has = (role: Role) => roles.includes(role)
  const db = await openDatabase(config)
  const applied = await db.migrate({
    waits: (about) => log.warn(about, 'a migration waits for tables that others hold, and tries again'),
  })
  if (applied.length > 0) log.info({ migrations: applied }, 'migrations applied')
  const isAlone = db.kind === 'embedded'
  if (isAlone) await freeAllRuns(db.prisma, clock())
  await makeQueueTables(db)
  const queue = await openQueue({ db, log, works: has('worker') })
  let url: string | undefined
  // With port 0 the system chooses one, and only the listening server knows it.
  const publicUrl = () => (config.port === 0 && url) || config.publicUrl
  const catalog = makeCatalog(db, { publicUrl })
  // Loaded only where traces are wanted; without them nothing stands in the way.
  const traces =
    config.tracing && (await import('./tracing/traces.ts')).makeTraces(config.tracing, { db, log, clock })
  const { capture, ...intake } = makeIntake({ db, queue, log }, traces)
  const targets = makeTargets({ circuits: makeCircuits(db, log) })
  const { secret, hide } = handOut(config.secret, passwordsIn(config.mail.smtpUrl))
  const outbound = makeSendHttp(config.outbound, targets, hide)
  const mail = await makeSendMail(config.mail, hide)
  const pauses = makePauses(db)
  const shadows = makeShadows({ db, catalog, log })
  const heartbeats = makeHeartbeats()
  const cardsChanged = () => {
    if (has('notifier')) slack.notifier.wake()
    else
      void sayCardsChanged(db.prisma).catch((error: unknown) => log.debug({ err: error }, 'no card signal'))
  }
  const drift = makeDrift({ db, catalog, log, clock, cardsChanged })
  const resolveDeps = { db, queue, catalog, clock, cardsChanged }
  const slack: SlackEdge = await startSlack({
    db,
    config: await slackConfig,
    log,
    traced: traces?.ofCard,
    clock,
    publicUrl: config.publicUrl,
    ...(given.betweenPostsMs === undefined ? {} : { betweenPostsMs: given.betweenPostsMs }),
    notifies: has('notifier'),
    notified: () => heartbeats.show('notifier'),
    listens: has('web'),
    ...makeOperations({ ...resolveDeps, capture, pauses }),
  })

  const cardSignal =
    has('notifier') && db.listen ? await hearCardsChanged(db.listen, () => slack.notifier.wake()) : undefined

  const metrics = makeMetrics(figuresOf({ db, queue, clock }))
  const hosts = makeHosts(config)
  const ofMetrics = { metrics, hosts, token: config.metrics.token }
  const metricsServer = config.metrics.port === undefined ? undefined : makeMetricsServer(ofMetrics)
  const server = await makeServer({
    hosts,
    ...(given.requestWithinMs === undefined ? {} : { requestWithinMs: given.requestWithinMs }),
    metrics: metricsServer ? undefined : ofMetrics,
    hooks: {
      catalog,
      ...intake,
      secret,
      publicUrl,
      ask: makeAsk(outbound.send),
      isProduction: config.isProduction,
      clock,
      log,
      metrics,
      mostPerMinute: config.hookRateLimit,
      isPublished,
    },
    trustedProxies: config.trustedProxies,
    health: { checks: readiness({ db, queue, isPublished }) },
    hasExampleTarget: config.slack === undefined,
    slack: slack.requestListener,
  })
  if (has('web')) url = await server.listen({ host: config.host, port: config.port })
  const metricsUrl = has('web')
    ? await metricsServer?.listen({ host: config.host, port: config.metrics.port ?? 0 })
    : undefined

  let acting: Acting | undefined
  if (has('worker')) {
    const connectors = makePerform({
      sendHttp: outbound.send,
      postSlack: slack.post,
      sendMail: (message, key, caller) => targets.run('email', () => mail.send(message, key), caller),
      emit: makeEmit(catalog, capture, clock),
    })
    const countedTries = counted(connectors, metrics.countAttempt)
    const perform = traces?.ofActions(countedTries) ?? countedTries
    const shared = { ...resolveDeps, log, random, pauses, secret }
    acting = makeActing({ ...shared, perform })
    const deps = {
      ...shared,
      acting,
      shadows,
      drift,
      decided: traces?.decided,
      makeAsk: () => newAsk({ db, sendHttp: outbound.send, clock, random }),
    }
    await startWorker({ queue, deps, isAlone, worked: () => heartbeats.show('worker') })
  }
  const announcer = has('worker')
    ? startAnnouncer({ db, catalog, sendHttp: outbound.send, secret, clock, log })
    : undefined
  const scheduler = has('scheduler')
    ? startScheduler({
        deps: { ...resolveDeps, log, traced: traces?.ofCapture },
        everyMs: LOOK_EVERY_MS,
        sendMail: config.mail.smtpUrl === undefined ? undefined : mail.send,
        heartbeats,
        auditAnchor: config.auditAnchor,
      })
    : undefined
  const beat = async () => {
    if (has('worker') && (await queue.backlogged(['decide'])).size === 0) heartbeats.show('worker')
    if (has('web') && slack.isConnected()) heartbeats.show('slack')
    await beatAndWatch(resolveDeps, { working: heartbeats.sinceLast(), upForMs: heartbeats.upForMs() })
  }
  const watch = startChecks(LOOK_EVERY_MS, { parts: beat }, log)

  return {
    db,
    queue,
    catalog,
    capture,
    pauses,
    shadows,
    drift,
    slack,
    resolve: (request) => resolve(resolveDeps, request),
    url,
    metricsUrl,
    async stop() {
      const givingUp = setTimeout(() => targets.stop(), CALLS_END_WITHIN_MS)
      await Promise.all([
        scheduler?.stop(),
        watch.stop(),
        announcer?.stop(),
        server.close(),
        metricsServer?.close(),
      ])
      // What people asked for goes into the queue, so before that.
      await slack.stopListening()
      const stoppingAt = performance.now()
      await queue.stop(JOBS_END_WITHIN_MS)
      await acting?.idle(stoppingAt + JOBS_END_WITHIN_MS - performance.now())
      clearTimeout(givingUp)
      await shadows.idle()
      await drift.flush().catch((error: unknown) => log.warn({ err: error }, 'learned shapes were not kept'))
      await cardSignal?.close()
      await slack.stop()
      await traces?.stop()
      await outbound.close()
      mail.close()
      await db.close()
    },
  }
}
