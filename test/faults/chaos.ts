// npm run chaos: two replicas on a PostgreSQL cluster of their own, while replicas, database, target and Slack fail by turns and
// people resolve what stops. In the end everything is counted, and nothing may be lost, doubled, unaccounted for or shown wrong.
import { parseArgs } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'
import { Presets, SingleBar } from 'cli-progress'
import { countLedger } from '../../src/db/digest/ledger.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { seeded } from '../random.ts'
import { startPeople } from './chaos/people.ts'
import { startSender } from './chaos/sender.ts'
import { makeTrouble } from './chaos/troubles.ts'
import { judge, type Verdict } from './chaos/verdict.ts'
import { bothReady, startWorld, type World } from './chaos/world.ts'
import { seeCards } from './cards-right.ts'

const HELP = `npm run chaos -- [--minutes 10] [--seed <number>]

Two replicas on a PostgreSQL cluster of their own (its binaries must be on this machine), a local Slack, a target that keeps
every call, a sender that keeps what was acknowledged, and two people who press buttons, sometimes both the same one.
Every few seconds one of them fails. Prints what was accepted, and what is lost, doubled, unaccounted for or shown wrong.

  --minutes  how long things fail, 10 by default; catching up comes on top
  --seed     the same troubles in the same order again; by chance if it is left out

Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage, 130 and 143 ended by Ctrl-C and SIGTERM.`

const ACKNOWLEDGED_WITHIN_MS = 60_000
const CAUGHT_UP_WITHIN_MS = 240_000
const MOST_LINES = 10

interface Wanted {
  minutes: number
  seed: number
}

function wrongUsage(message: string): never {
  process.stderr.write(`${message}\n\n${HELP}\n`)
  process.exit(2)
}

function wanted(): Wanted {
  const options = {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const
  const read = () => {
    try {
      return parseArgs({ options }).values
    } catch (error) {
      return wrongUsage(error instanceof Error ? error.message : String(error))
    }
  }
  const { minutes = '10', seed = String(Date.now() % 1_000_000), help = false } = read()
  if (help) {
    process.stdout.write(`${HELP}\n`)
    process.exit(0)
  }
  if (!(Number(minutes) > 0 && Number(minutes) <= 1440))
    wrongUsage(`--minutes must be 1–1440, got "${minutes}"`)
  if (!/^\d{1,9}$/.test(seed)) wrongUsage(`--seed must be a whole number, got "${seed}"`)
  return { minutes: Number(minutes), seed: Number(seed) }
}

/** A bar where somebody watches, a line for each trouble elsewhere. */
function progress(seconds: number) {
  const begun = Date.now()
  const at = () => Math.min(seconds, Math.round((Date.now() - begun) / 1000))
  if (!process.stdout.isTTY) {
    return {
      begins: (name: string) =>
        void (name && process.stdout.write(`${String(at()).padStart(5)} s  ${name}\n`)),
      stop: () => {},
    }
  }
  const bar = new SingleBar(
    { format: '{bar}  {value} of {total} s  {trouble}', hideCursor: true },
    Presets.shades_classic,
  )
  bar.start(seconds, 0, { trouble: '' })
  const timer = setInterval(() => bar.update(at()), 500)
  return {
    begins: (name: string) => bar.update(at(), { trouble: name }),
    stop() {
      clearInterval(timer)
      bar.update(seconds, { trouble: '' })
      bar.stop()
    },
  }
}

/** Until nothing is in flight and every card is right, or it takes too long: then the verdict says what is not. */
async function caughtUp(world: World, db: Parameters<typeof seeCards>[0]): Promise<number> {
  const begun = Date.now()
  for (; Date.now() - begun < CAUGHT_UP_WITHIN_MS; await pause(1000)) {
    if (!(await bothReady(world))) continue
    if ((await countLedger(db.prisma)).inFlight > 0) continue
    if ((await seeCards(db, world.control)).wrong.length === 0) break
  }
  return Math.round((Date.now() - begun) / 1000)
}

function printVerdict({ accepted, resolved, faults }: Verdict): boolean {
  const lines = Object.entries(faults)
  process.stdout.write(`\n${'accepted'.padEnd(20)}${String(accepted).padStart(8)}\n`)
  for (const [name, found] of lines)
    process.stdout.write(`${name.padEnd(20)}${String(found.length).padStart(8)}\n`)
  for (const [name, found] of lines) {
    for (const line of found.slice(0, MOST_LINES)) process.stdout.write(`  ${name}: ${line}\n`)
    if (found.length > MOST_LINES) process.stdout.write(`  ${name}: and ${found.length - MOST_LINES} more\n`)
  }
  const isIdle = accepted === 0 || resolved === 0
  if (isIdle) process.stdout.write('Nothing was accepted, or nothing resolved: this run shows nothing.\n')
  return !isIdle && lines.every(([, found]) => found.length === 0)
}

async function run({ minutes, seed }: Wanted, world: World): Promise<boolean> {
  const random = seeded(seed)
  const db = await openDatabase({ databaseUrl: world.cluster.url, dataDir: '' })
  try {
    process.stdout.write(`Two replicas are ready. ${minutes} min of trouble, seed ${seed}.\n`)
    const sender = startSender(world.replicas.map(({ url }) => url))
    const people = startPeople(db, world.control, seeded(seed + 1))
    const shown = progress(Math.round(minutes * 60))
    const stopping = AbortSignal.timeout(minutes * 60_000)
    const happened = await makeTrouble(world, { random, stopping, begins: shown.begins })
    shown.stop()
    await sender.stop(ACKNOWLEDGED_WITHIN_MS)
    await people.stop()
    const seconds = await caughtUp(world, db)
    const acknowledged = [...sender.acknowledged.keys()]
    const verdict = await judge({ ...world, db, acknowledged, refused: sender.waiting() })
    const { open, messages } = await seeCards(db, world.control)
    const reasons = await db.prisma.exception.groupBy({ by: ['reason'], _count: true })
    const byReason = reasons.map(({ reason, _count }) => `${_count} ${reason}`).join(', ')
    const inAll = [...happened.values()].reduce((sum, n) => sum + n, 0)
    process.stdout.write(
      `${inAll} troubles. ${sender.sent()} sent. Repeated deliveries: ${sender.unanswered()}. ` +
        `${people.presses()} presses (in vain: ${people.failed()}), ${people.together()} times two on one card; ` +
        `${verdict.resolved} exceptions resolved. ` +
        `All exceptions: ${byReason}; ${open} still open, on ${messages} messages. Caught up after ${seconds} s.\n`,
    )
    return printVerdict(verdict)
  } finally {
    await db.close()
  }
}

const asked = wanted()
// What is started takes itself away when this process exits; a signal alone would leave it running.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code))
const world = await startWorld()
let isRight = false
try {
  isRight = await run(asked, world)
} finally {
  if (!isRight) for (const one of world.replicas) process.stderr.write(one.said())
  await world.stop()
}
process.exit(isRight ? 0 : 1)
