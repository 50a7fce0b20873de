// npm run bench:cli — processor time of commands, and of a start until it is ready, beside Node that does nothing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost } from './aims.ts'
import { ofProgram, ofStart, type Taken } from './processor-time.ts'
import { type BenchDatabase, benchDatabase, emptyDatabase, measured, report } from './server.ts'

const RUNS = 9
const SUBJECT = 'bench-1'
const bin = join(import.meta.dirname, '../bin/signalbox.js')

const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** One run of the workflow, to its end. */
async function runOnce({ url, client }: BenchDatabase): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-cli-'))
  const bot = await measured('own-bot.ts', ['web,worker'], { DATABASE_URL: url, DATA_DIR: dataDir })
  try {
    const body = JSON.stringify({ order_id: SUBJECT, status: 'delivered', amount: 12 })
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(`${bot.url}/hooks/orders`, { method: 'POST', headers, body })
    if (status !== 202) throw new Error(`the bot answered ${status}`)
    for (;;) {
      const { rows } = await client.query('SELECT 1 FROM outcome')
      if (rows.length > 0) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    await bot.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** By name the words after `signalbox`; in turns, so that whatever else the machine does meets all of them. */
async function commands(env: Record<string, string>) {
  const programs: Record<string, string[]> = {
    'node -e 0': ['-e', '0'],
    '--help': [bin, '--help'],
    'status <workflow>': [bin, 'status', 'orders'],
    'status <run>': [bin, 'status', SUBJECT],
    'explain <run>': [bin, 'explain', SUBJECT],
  }
  const taken = new Map(Object.keys(programs).map((name) => [name, [] as Taken[]]))
  // The first two of each fill the cache of what Node compiled.
  for (let turn = -2; turn < RUNS; turn += 1)
    for (const [name, args] of Object.entries(programs)) {
      const one = await ofProgram(args, env)
      if (turn >= 0) taken.get(name)?.push(one)
    }
  return new Map(
    [...taken].map(([name, all]) => {
      const cpu = all.map(({ cpuMs }) => cpuMs)
      const spread = `${Math.round(Math.min(...cpu))} to ${Math.round(Math.max(...cpu))}`
      return [name, { cpuMs: middle(cpu), tookMs: middle(all.map(({ tookMs }) => tookMs)), spread }]
    }),
  )
}

/** A first start and a second, on a database of its own. */
async function starts(kind: 'PostgreSQL' | 'embedded') {
  const fresh = kind === 'embedded' ? undefined : await emptyDatabase('signalbox_bench_cli_start')
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-start-'))
  const env = { DATABASE_URL: fresh?.url ?? '', DATA_DIR: dataDir }
  try {
    return [
      [`first start, ${kind}`, await ofStart(env)],
      [`next start, ${kind}`, await ofStart(env)],
    ] as const
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
    await fresh?.drop()
  }
}

const database = await benchDatabase('signalbox_bench_cli')
await runOnce(database)
const found = await commands({ DATABASE_URL: database.url })
await database.drop()
const started = new Map([...(await starts('PostgreSQL')), ...(await starts('embedded'))])

const node = found.get('node -e 0')?.cpuMs ?? 0
const rows = [...found, ...started].map(([what, one]) => ({
  what,
  'processor ms': Math.round(one.cpuMs),
  spread: 'spread' in one ? one.spread : '',
  '× node': Number((one.cpuMs / node).toFixed(1)),
  'clock ms': Math.round(one.tookMs),
}))
const times = { '--help': 5, 'status <workflow>': 8, 'status <run>': 8, 'explain <run>': 8 }
const seconds = {
  'first start, PostgreSQL': 1.5,
  'next start, PostgreSQL': 1.5,
  'first start, embedded': 4,
  'next start, embedded': 2,
}
const aims = [
  ...Object.entries(times).map(([what, most]) =>
    atMost(`processor time of ${what}, × node -e 0`, (found.get(what)?.cpuMs ?? 0) / node, most),
  ),
  ...Object.entries(seconds).map(([what, most]) =>
    atMost(`to ready, ${what}`, (started.get(what as keyof typeof seconds)?.tookMs ?? 0) / 1000, most, 's'),
  ),
]
report('cli', { rows, aims, about: { runs: RUNS } })
