// A whole bot for tests: the app on a database of its own, the local Slack beside it, reached over the wire.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, startApp } from '../src/app.ts'
import { readConfig, type Role, ROLES } from '../src/config.ts'
import { readLedger } from '../src/db/digest/ledger.ts'
import type { Control } from '../src/local-slack/control-client.ts'
import { controlOf } from '../src/local-slack/control-client.ts'
import { type LocalSlack, startLocalSlack } from '../src/local-slack/server.ts'
import { makeLog } from '../src/log.ts'
import { receivingOf } from '../src/domain/senders/receiving.ts'
import { proofFor } from '../src/domain/senders/sign.ts'
import { checkAll } from '../src/workflow/file/load.ts'
import { publish } from '../src/workflow/publish/publish.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export interface Bot {
  app: App
  /** Variables by which a command reaches the same database. */
  env: { DATABASE_URL: string; DATA_DIR: string }
  control: Control
  /** What the bot and Slack know each other by. */
  credentials: LocalSlack['credentials']
  /** Posts an event; resolves with status and body. Without headers it is signed, where its secret is set. */
  send(
    workflow: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Answer }>
  publish(files: Record<string, string>, standards?: string): Promise<void>
  /** Waits until nothing is in flight and Slack agrees with the database. */
  untilIdle(): Promise<void>
}
export interface Answer {
  event: string
  run: string
  duplicate: boolean
  title?: string
  detail?: string
}

export interface BotOptions {
  roles?: readonly Role[]
  clock?: () => Date
  mode?: 'socket' | 'http'
  env?: Record<string, string>
  /** By when a request must have arrived. */
  requestWithinMs?: number
  /** From one message to the next in a channel of Slack; 0 unless said otherwise. */
  betweenPostsMs?: number
  /** Slack's rate limits; off unless said otherwise. */
  rateLimits?: boolean
  /** Gets every log line. */
  logTo?: (line: string) => void
  /** One that the test made itself, to run commands beside the bot. Gone with the bot. */
  database?: TestDatabase
}

interface Cleaning {
  after(clean: () => Promise<void>): void
}

/** The secrets of the workflows that ship, for a bot or a command that has them. */
export const SHIPPED_SECRETS = Object.fromEntries(
  ['ORDER_HOOK', 'LEAD_HOOK', 'SHOPIFY', 'STRIPE', 'HELPDESK'].map((name) => [
    name,
    `whsec_${Buffer.from(`the test's own ${name}`).toString('base64')}`,
  ]),
)

const DRAIN_WITHIN_MS = 60_000
const CONNECTS_WITHIN_MS = 1000

/** A Socket Mode client that is told to disconnect while it connects keeps the process for another 30 s. */
async function connected({ slack }: App): Promise<void> {
  const deadline = Date.now() + CONNECTS_WITHIN_MS
  while (!slack.isConnected() && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Starts a bot that goes away after the test. */
export async function startBot(t: Cleaning, options: BotOptions = {}): Promise<Bot> {
  const database = options.database ?? (await testDatabase())
  const slack = await startLocalSlack({
    port: 0,
    dataDir: mkdtempSync(join(tmpdir(), 'signalbox-slack-')),
    rateLimits: options.rateLimits ?? false,
  })
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    DATA_DIR: database.options.dataDir,
    ...(database.options.databaseUrl ? { DATABASE_URL: database.options.databaseUrl } : {}),
    ...options.env,
  })
  const { botToken, appToken, signingSecret, apiUrl } = slack.credentials
  const app = await startApp({
    config,
    slack: { botToken, signingSecret, apiUrl, ...(options.mode === 'http' ? {} : { appToken }) },
    roles: options.roles ?? ROLES,
    betweenPostsMs: options.betweenPostsMs ?? 0,
    ...(options.requestWithinMs === undefined ? {} : { requestWithinMs: options.requestWithinMs }),
    log: makeLog(config.logLevel, options.logTo && { write: options.logTo }),
    ...(options.clock ? { clock: options.clock } : {}),
  })
  t.after(async () => {
    await connected(app)
    await app.stop()
    await slack.stop()
    await database.remove()
  })
  const proofOf = async (workflow: string, body: string): Promise<Record<string, string>> => {
    const webhook = (await app.catalog.current(workflow))?.version.compiled.definition.trigger.webhook
    const proof = webhook && proofFor(receivingOf(webhook), config.secret, { body, at: new Date() })
    return proof && 'headers' in proof ? proof.headers : {}
  }
  return {
    app,
    env: database.env,
    control: controlOf(slack.url),
    credentials: slack.credentials,
    async send(workflow, body, headers) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await fetch(`${app.url}/hooks/${workflow}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(headers ?? (await proofOf(workflow, text))),
        },
        body: text,
      })
      return { status: response.status, body: (await response.json()) as Answer }
    },
    async publish(files, standards) {
      const sources = Object.entries(files).map(([name, source]) => ({ file: `${name}.yaml`, source }))
      const loaded = checkAll(sources, standards, 'signalbox.yaml', {})
      const errors = loaded.problems.filter(({ severity }) => severity === 'error')
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
      await publish(app.db, {
        workflows: loaded.workflows,
        standards: { content: loaded.standards, source: standards ?? '' },
        actor: { id: 'test', surface: 'engine' },
        at: new Date(),
        isForced: true,
      })
      await app.catalog.refresh()
    },
    async untilIdle() {
      const deadline = Date.now() + DRAIN_WITHIN_MS
      for (;;) {
        const { inFlight } = await readLedger(app.db.prisma)
        if (inFlight === 0) break
        if (Date.now() > deadline)
          throw new Error(`${inFlight} runs are still in flight after ${DRAIN_WITHIN_MS} ms`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      await app.slack.notifier.drain()
    },
  }
}
