// Builds one local Slack and starts it on loopback.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify, { type FastifyInstance } from 'fastify'
import type { SignHook } from './ask-parent.ts'
import { createCallLog } from './api/call-log.ts'
import { createRateLimits } from './api/rate-limits.ts'
import { controlOf, type Control } from './control-client.ts'
import type { AppConnection, Credentials } from './contract.ts'
import { loadTokens, refuseIfHeld, writeCredentials } from './credentials.ts'
import { createDeliverer } from './delivery/deliver.ts'
import { createResponseUrls } from './delivery/response-urls.ts'
import { createSockets } from './delivery/sockets.ts'
import { createTriggers } from './delivery/triggers.ts'
import { readExamples } from './examples.ts'
import { createFaults } from './faults.ts'
import type { Slack } from './slack.ts'
import { apiRoutes } from './web/api-routes.ts'
import { controlRoutes } from './web/control-routes.ts'
import { fileRoutes } from './web/file-routes.ts'
import { strangerReason } from './web/loopback.ts'
import { pageRoutes } from './web/page-routes.ts'
import { socketRoute } from './web/socket-route.ts'
import { createClock } from './workspace/clock.ts'
import { demoWorkspace } from './workspace/demo-workspace.ts'
import { fileBytes } from './workspace/file-bytes.ts'
import { noJournal, openJournal } from './workspace/journal.ts'
import { readManifest } from './workspace/manifest.ts'
import { openStore } from './workspace/store.ts'

export interface LocalSlackOptions {
  /** 0: any free one. */
  port?: number
  /** Where credentials and workspace are kept; left out: nothing outlives stop(). */
  dataDir?: string
  /** Where the app takes events, interactivity and commands over HTTP, used while no socket is connected. */
  requestUrl?: string
  /** Where the product takes webhooks, for the page's examples: http://127.0.0.1:3000. */
  webhookUrl?: string
  /** Signs what the page sends to the product; left out: it goes unsigned. */
  signHook?: SignHook
  /** Folder of webhook bodies for the page: <workflow>/<name>.json; workflows/samples unless said otherwise. */
  examplesDir?: string
  now?: () => number
  /** Rate limits by tier; on unless said otherwise. */
  rateLimits?: boolean
  /** Scopes of the bot token; those of the manifest unless said otherwise. */
  scopes?: string[]
  manifest?: string | URL
}

export interface LocalSlack {
  url: string
  apiUrl: string
  credentials: Credentials
  control: Control
  stop(): Promise<void>
}

const MAX_BODY_BYTES = 20_000_000

const createParts = (options: LocalSlackOptions, url: () => string): Slack => {
  const { dataDir } = options
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const clock = createClock(options.now ?? Date.now)
  const app = readManifest(options.manifest ?? new URL('../../manifest.yml', import.meta.url))
  const journal = dataDir === undefined ? noJournal() : openJournal(join(dataDir, 'local-slack-state.jsonl'))
  const store = openStore(demoWorkspace(app.name), journal, clock)
  const tokens = loadTokens(dataDir)
  const { requestUrl = null } = options
  const http = requestUrl === null ? null : { requestUrl, signingSecret: tokens.signingSecret, clock }
  const faults = createFaults((list) => store.commit({ kind: 'faults', faults: list }))
  const { bot } = store.workspace
  const connection = (): AppConnection => ({
    sockets: sockets.count(),
    requestUrl,
    mode: sockets.count() > 0 ? 'socket' : http ? 'http' : 'none',
    isInstalled: store.workspace.isInstalled,
  })
  const sockets = createSockets({
    appId: bot.appId,
    clock,
    onChange: () => store.commit({ kind: 'app', app: connection() }),
  })
  const deliverer = createDeliverer({
    clock,
    sockets,
    http,
    faults,
    isInstalled: () => store.workspace.isInstalled,
    onChange: (delivery) => store.commit({ kind: 'delivery', delivery }),
  })
  return {
    store,
    clock,
    tokens,
    app,
    scopes: options.scopes ?? app.scopes,
    triggers: createTriggers(clock),
    responseUrls: createResponseUrls(clock),
    sockets,
    deliverer,
    faults,
    limits: createRateLimits(clock, options.rateLimits ?? true),
    files: fileBytes(dataDir),
    calls: createCallLog(),
    offered: new Map(),
    http,
    connection,
    url,
    webhookUrl: options.webhookUrl ?? null,
    signHook: options.signHook ?? (async () => ({})),
    examples: readExamples(
      options.examplesDir ?? fileURLToPath(new URL('../../workflows/samples', import.meta.url)),
    ),
  }
}

const createWeb = (slack: Slack, port: () => number): FastifyInstance => {
  const web = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true, logger: false })
  // Methods read their own arguments, in four content types and with their own errors.
  web.removeAllContentTypeParsers()
  web.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  web.addHook('onRequest', async (request, reply) => {
    const reason = strangerReason(request.headers, port())
    if (reason !== null) await reply.code(403).type('text/plain').send(reason)
  })
  apiRoutes(web, slack)
  controlRoutes(web, slack)
  fileRoutes(web, slack)
  pageRoutes(web)
  return web
}

export const startLocalSlack = async (options: LocalSlackOptions = {}): Promise<LocalSlack> => {
  if (options.dataDir !== undefined) await refuseIfHeld(options.dataDir)
  let port = options.port ?? 0
  const url = () => `http://127.0.0.1:${port}`
  const slack = createParts(options, url)
  const web = createWeb(slack, () => port)
  const closeSockets = socketRoute(web.server, slack, () => port)
  await web.listen({ port, host: '127.0.0.1' })
  const address = web.server.address()
  if (typeof address === 'object' && address !== null) port = address.port
  const credentials = { ...slack.tokens, apiUrl: `${url()}/api/` }
  if (options.dataDir !== undefined) writeCredentials(options.dataDir, credentials)
  return {
    url: url(),
    apiUrl: credentials.apiUrl,
    credentials,
    control: controlOf(url()),
    stop: async () => {
      slack.clock.stop()
      await slack.sockets.close()
      closeSockets()
      await web.close()
      slack.store.close()
    },
  }
}
