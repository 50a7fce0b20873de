// npm run demo: streams example events through the webhooks of the bot that runs, and shows where each one went.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import { Presets, SingleBar } from 'cli-progress'
import { withDatabase } from '../src/cli/database.ts'
import { CommandEnd } from '../src/cli/exit.ts'
import { ledgerLines } from '../src/cli/text/ledger-text.ts'
import { bold, linesText, print, tableText } from '../src/cli/text/output.ts'
import { type Sender, senderOf } from '../src/cli/senders.ts'
import { ConfigError, readConfig } from '../src/config.ts'
import { type Ledger, readLedger } from '../src/db/digest/ledger.ts'
import type { Database } from '../src/db/store/open.ts'
import { countRoutes } from '../src/db/runs/route-counts.ts'
import { type DemoEvent, orderEvents, sampleEvents, SMALL_ORDERS } from './events.ts'
import { type Sent, sendEvents, type Sign } from './send.ts'

const USAGE = `npm run demo [-- --orders <csv>]

Sends the sample events of workflows/samples and a small CSV of orders to the bot that runs (npm start).
  --orders <csv>   sends each row of that CSV to order-delivery instead`
const LOOK_AGAIN_MS = 250
/** Runs that wait for their next try are in flight for minutes: no need to stay for that. */
const QUIET_MS = 6000

function end(message: string, code = 1): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

async function eventsToSend(orders: string | undefined): Promise<DemoEvent[]> {
  if (orders === undefined) return [...sampleEvents(), ...(await orderEvents(SMALL_ORDERS))]
  const csv = resolve(orders)
  if (!existsSync(csv)) end(`There is no file ${csv}.`, 2)
  return orderEvents(csv)
}

async function mustRun(url: string): Promise<void> {
  const ready = await fetch(`${url}/readyz`).catch(() => undefined)
  if (ready?.ok) return
  const state = ready ? `is not ready (${ready.status})` : 'does not answer'
  end(`The bot ${state} at ${url}. Start it in another terminal with npm start, or set PORT or PUBLIC_URL.`)
}

/** Each workflow's sender, as it is published. */
async function signerFor(events: DemoEvent[]): Promise<Sign> {
  return withDatabase(async (db, config) => {
    const senders = new Map<string, Sender>()
    for (const key of new Set(events.map(({ workflow }) => workflow)))
      senders.set(key, await senderOf(db, config, key))
    return (workflow, body) => senders.get(workflow)?.prove(body).headers ?? {}
  })
}

async function send(url: string, sign: Sign, events: DemoEvent[]): Promise<Sent> {
  const bar = new SingleBar(
    { format: 'Sending  {bar}  {value} of {total}, {duration_formatted}', hideCursor: true },
    Presets.shades_classic,
  )
  bar.start(events.length, 0)
  try {
    return await sendEvents({ url, sign }, events, () => bar.increment())
  } finally {
    bar.stop()
  }
}

/** Until nothing is in flight, or nothing has moved for a while. */
async function finished({ prisma }: Database): Promise<Ledger> {
  let ledger = await readLedger(prisma)
  let movedAt = Date.now()
  while (ledger.inFlight > 0 && Date.now() - movedAt < QUIET_MS) {
    await wait(LOOK_AGAIN_MS)
    const now = await readLedger(prisma)
    if (now.inFlight !== ledger.inFlight) movedAt = Date.now()
    ledger = now
  }
  return ledger
}

async function report(db: Database): Promise<Ledger> {
  const ledger = await finished(db)
  const routes = await countRoutes(db.prisma)
  const rows = routes.map((one) => [
    one.workflow,
    one.route ?? `stopped: ${one.reason ?? 'undecided'}`,
    one.n,
  ])
  print(
    `\n${bold('Where the runs of this database went')}\n${tableText(['WORKFLOW', 'ROUTE', 'RUNS'], rows)}`,
  )
  print(`\n${bold('The ledger')}\n${linesText(ledgerLines(ledger))}`)
  return ledger
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { orders: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) {
    print(USAGE)
    return
  }
  const { publicUrl } = readConfig()
  const events = await eventsToSend(values.orders)
  await mustRun(publicUrl)
  const sign = await signerFor(events)
  const startedAt = performance.now()
  const { accepted, duplicates, refused } = await send(publicUrl, sign, events)
  const seconds = (performance.now() - startedAt) / 1000
  const rate = Math.round(events.length / seconds)
  print(
    `${accepted} accepted, ${duplicates} known already, ${refused.length} refused; ${rate} events a second.`,
  )
  for (const one of refused.slice(0, 5)) print(`  ${one.workflow}: ${one.status} ${one.detail}`)
  const ledger = await withDatabase(report)
  if (ledger.open > 0)
    print('\nOpen exceptions stand in Slack as cards: resolve them there, or with signalbox resolve.')
  if (refused.length > 0 || ledger.unaccounted !== 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  if (error instanceof CommandEnd) end(error.message, error.code)
  if (error instanceof ConfigError) end(error.message, 2)
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    end(`${error.message}\n\n${USAGE}`, 2)
  throw error
}
