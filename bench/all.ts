// npm run bench [-- names…]: benches one after the other, each in a process of its own. They start what they need, print
// tables, and write what they found as JSON to bench/results.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { type Aim, aimLines } from './aims.ts'

/** By name: what it measures and how long it takes on a machine of its own. */
const benches = {
  decide: ['what a decision costs, over 10 to 10,000 rules', '1 min'],
  captures: ['webhooks a second at 1, 8, 32, 64 connections, beside a bare server', '2 min'],
  runs: ['event to outcome a second, in one process and two, beside a hand-written worker', '3 min'],
  acts: ['runs with an HTTP action a second, in one process and two, beside a hand-written worker', '3 min'],
  idle: ['what a bot with nothing to do costs, in processor time and statements', '5 min'],
  intake: ['how long a webhook waits while a backlog is worked off', '3 min'],
  latency: ['webhook to card at 100 events a second', '8 min'],
  history: ['captures, status, ledger and digest over 1,000,000 runs', '10 min'],
  tables: ['a table of 200,000 rows imported five times beside 30 webhooks a second', '3 min'],
  cli: ['processor time of commands and of starts, beside Node that does nothing', '2 min'],
  memory: ['resident memory at full load, and start to ready', '3 min'],
} as const
type Bench = keyof typeof benches

const CALM = 1
const CALM_WITHIN_MS = 180_000

const help = () =>
  [
    'npm run bench                     all of them, about 45 minutes',
    'npm run bench -- captures runs    only these',
    '',
    ...Object.entries(benches).map(([name, [what, time]]) => `  ${name.padEnd(10)}${time.padEnd(10)}${what}`),
    '',
    'Needs a PostgreSQL server as it is set up for production (BENCH_DATABASE_URL, default',
    'postgresql://root@127.0.0.1:5432/postgres); makes databases signalbox_bench_… there and drops them. The machine should do',
    'nothing else meanwhile. Shorter or longer: BENCH_SECONDS (a figure), BENCH_RUNS (backlog of runs), BENCH_HISTORY (runs of',
    'history), BENCH_DAYS, BENCH_ROWS and BENCH_IMPORTS (tables); ten minutes of load for memory: BENCH_SECONDS=600 npm run bench:memory -- PostgreSQL (12 min). Each prints its aims with what was measured and writes bench/results/<name>.json.',
  ].join('\n')

const resultsOf = (name: Bench) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'results', `${name}.json`), 'utf8')) as {
    aims: Aim[]
    machine: { load: number }
  }

const linesOf = (name: Bench): string[] => {
  const { aims, machine } = resultsOf(name)
  return aimLines(aims, machine.load)
}

/** What the bench before did is not what disturbs the next. */
async function calm(): Promise<void> {
  const until = Date.now() + CALM_WITHIN_MS
  while ((loadavg()[0] ?? 0) > CALM && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 5000))
}

async function run(names: Bench[]): Promise<void> {
  const failed: Bench[] = []
  for (const [at, name] of names.entries()) {
    if (at > 0) await calm()
    const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) failed.push(name)
  }
  if (names.length > 1) {
    console.log('\nAims')
    for (const name of names.filter((one) => !failed.includes(one)))
      for (const line of linesOf(name)) console.log(`${name.padEnd(10)}${line}`)
  }
  if (failed.length > 0) {
    console.error(`Did not finish: ${failed.join(', ')}`)
    process.exitCode = 1
  }
}

const asked = process.argv.slice(2)
const isBench = (name: string): name is Bench => Object.hasOwn(benches, name)
const unknown = asked.filter((name) => !isBench(name))
if (asked.includes('--help') || asked.includes('-h')) console.log(help())
else if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}.\n\n${help()}`)
  process.exitCode = 2
} else await run(asked.length > 0 ? asked.filter(isBench) : (Object.keys(benches) as Bench[]))
