// `npm start` and `signalbox start`: the local Slack where no workspace is configured, the app, the examples on a
// first start, and a few lines that say what runs where. Stops clean on a signal.
import { flushCompileCache } from 'node:module'
import { startApp } from './app.ts'
import { type Config, readConfig, type Role, ROLES } from './config.ts'
import { leaveOnSignals, stopOnSignals, stopWithNpm } from './early-signals.ts'
import { readHandles } from './db/people/directory.ts'
import { namesOf } from './db/people/name-bindings.ts'
import { movedText } from './db/people/name-state.ts'
import { FolderHeldError, holderOf } from './db/store/folder-lock.ts'
import { keepPrivate } from './db/store/private-folder.ts'
import { receivingOf, unsignedBy } from './domain/senders/receiving.ts'
import { proofFor } from './domain/senders/sign.ts'
import { makeLocalSecrets } from './local-secrets.ts'
import { startLocalSlackProcess } from './local-slack-process.ts'
import { makeLog } from './log.ts'
import type { Catalog } from './workflow/catalog.ts'
import { ambiguous } from './workflow/check/check-names.ts'
import { loadDirectory } from './workflow/file/load.ts'
import { publish } from './workflow/publish/publish.ts'

const FORCED_EXIT_MS = 10_000
// An order that was canceled: it needs an approval, so there is a card to see and a button to press.
const FIRST_EVENT = {
  workflow: 'order-delivery',
  body: { order_id: '1042', order_status: 'canceled', order_estimated_delivery_date: '10/18/2017 0:00' },
}

export interface StartOptions {
  roles?: readonly Role[]
}

/** Starts everything this process is asked to run; resolves once it runs. */
export async function startAll({ roles = ROLES }: StartOptions = {}): Promise<void> {
  leaveOnSignals()
  const config = readConfig()
  const log = makeLog(config.logLevel)
  keepPrivate(config.dataDir)
  const holder = config.databaseUrl ? undefined : holderOf(config.dataDir)
  if (holder) throw new FolderHeldError(config.dataDir, holder)
  // The local Slack starts while the database opens; whichever fails takes the other down with it.
  const starting = config.slack ? undefined : startLocalSlackProcess(config)
  const slack = config.slack ?? starting?.then((ready) => ready.slack)
  // Whoever waits for it is told; until then its failure is nobody's.
  if (slack instanceof Promise) slack.catch(() => {})
  if (!slack) throw new Error('unreachable: neither a workspace nor the local Slack')
  let isPublished = false
  const app = await startApp({ config, slack, roles, log, isPublished: () => isPublished }).catch(
    async (error: unknown) => {
      await (await starting)?.stop()
      throw error
    },
  )
  const local = await starting
  const published = await publishFolder(config, app.db)
  local?.signWith(async (workflow, body) => {
    const webhook = (await app.catalog.current(workflow))?.version.compiled.definition.trigger.webhook
    const proof = webhook && proofFor(receivingOf(webhook), config.secret, { body, at: new Date() })
    return proof && 'headers' in proof ? proof.headers : {}
  })
  await app.catalog.refresh()
  isPublished = true
  if (config.isProduction) await sayUnsigned(app.catalog)

  // Whoever read our words may be gone (npm start | head): that stops nothing.
  process.stdout.on('error', () => {})
  let isStopping = false
  const stop = (signal: string) => {
    if (isStopping) return
    isStopping = true
    process.stdout.write(`\n${signal}: Finishing in-flight work…\n`)
    setTimeout(() => process.exit(1), FORCED_EXIT_MS).unref()
    app
      .stop()
      .then(() => local?.stop())
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      })
  }
  stopOnSignals(stop)
  if (process.env['npm_lifecycle_event'] !== undefined) stopWithNpm(stop)
  process.stdout.write(welcome(config, { page: local?.url, bot: app.url, published }))
  // By itself Node keeps what it compiled at an orderly end, which not every process has.
  flushCompileCache()
}

/** Publishes the folder's workflows where there is one; problems are printed and nothing is published. */
async function publishFolder(config: Config, db: Parameters<typeof publish>[0]) {
  const load = () =>
    loadDirectory(config.workflowsDir, {
      secretIsSet: (name) => config.secret(name) !== undefined,
      isProduction: config.isProduction,
    })
  let loaded = await load()
  if (makeLocalSecrets(config, loaded).length > 0) loaded = await load()
  const errors = loaded.problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    for (const { file, line, column, message, hint } of errors) {
      process.stderr.write(`${file}:${line}:${column} ${message}${hint ? ` (${hint})` : ''}\n`)
    }
    process.stderr.write(
      `Nothing of ${config.workflowsDir} was published. What was published before goes on.\n`,
    )
    return []
  }
  const { workflows, standards } = loaded
  const names = new Set(workflows.flatMap(({ definition }) => namesOf(definition, standards)))
  const twice = ambiguous([...names], (await readHandles(db.prisma))?.entries ?? [])
  if (twice.length > 0) {
    process.stderr.write(
      `${twice.join('\n')}\nNothing of ${config.workflowsDir} was published: write the id of who is meant. What was published before goes on.\n`,
    )
    return []
  }
  const published = await publish(db, {
    workflows: loaded.workflows,
    standards: { content: loaded.standards, source: loaded.standardsSource ?? '' },
    actor: { id: 'start', surface: 'engine' },
    at: new Date(),
    // Rules changed in Slack and rollbacks outlive a restart.
    keepsNewer: true,
  })
  if (!('kind' in published)) {
    for (const { workflow, moved } of published)
      for (const one of moved) process.stderr.write(`${workflow}: ${movedText(one)}\n`)
    return published
  }
  if (published.kind === 'moved_on') return []
  for (const { workflow, simulation } of published.rehearsals) {
    process.stderr.write(
      `${workflow}: ${simulation.newlyUnrouted.length} of the last ${simulation.events} events would go unrouted\n`,
    )
  }
  process.stderr.write(
    'Nothing was published: signalbox plan and signalbox simulate say more, signalbox apply --force does it.\n',
  )
  return []
}

/** What was published elsewhere, or before, and takes events from anyone: its address refuses them in production. */
async function sayUnsigned(catalog: Catalog): Promise<void> {
  const remedy =
    'takes unsigned events (verify: none), which production refuses. Give it a scheme and a secret, or write "allow_unsigned: true" beside verify.'
  for (const name of await catalog.sourceNames())
    if (unsignedBy((await catalog.source(name))?.source.source) === 'unsaid')
      process.stderr.write(`source ${name} ${remedy}\n`)
  for (const key of await catalog.keys()) {
    const current = await catalog.current(key)
    if (!current || unsignedBy(current.version.compiled.definition.trigger.webhook) !== 'unsaid') continue
    process.stderr.write(`${key}: version ${current.version.number} ${remedy}\n`)
  }
}

interface Running {
  page: string | undefined
  bot: string | undefined
  published: { workflow: string; title: string; number: number }[]
}

function welcome(config: Config, { page, bot, published }: Running): string {
  const first = published.some(({ workflow }) => workflow === FIRST_EVENT.workflow)
  const lines = ['', 'Signalbox is running', '']
  if (page) lines.push(`  Slack (local)   ${page}   read channels, press buttons, type /workflow help`)
  if (bot) {
    lines.push(
      `  Webhooks        ${config.publicUrl}/hooks/<workflow>   /in/<source>`,
      `  Health          ${config.publicUrl}/readyz   /healthz${config.metrics.port === undefined ? '   /metrics' : ''}`,
    )
  }
  lines.push(
    `  Database        ${config.databaseUrl ? 'PostgreSQL (DATABASE_URL)' : `embedded, in ${config.dataDir}`}`,
  )
  lines.push(`  Workflows       ${published.map(({ workflow }) => workflow).join(', ') || 'none yet'}`)
  if (bot) {
    lines.push(
      '',
      'Send a first event:',
      `  npx signalbox send ${first ? FIRST_EVENT.workflow : '<workflow>'} --data '${first ? JSON.stringify(FIRST_EVENT.body) : '{ … }'}'`,
      'Or many, with exceptions among them:',
      '  npm run demo',
    )
  }
  lines.push('', 'Ctrl-C stops it; everything stands as it was at the next start.', '')
  return lines.join('\n')
}
