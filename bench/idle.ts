// npm run bench:idle — what a bot costs that has nothing to do: one process with all roles and its Slack, on both databases,
// or on the one that is named. With --texts it also says which statements it ran.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost } from './aims.ts'
import { localSlack } from './local-slack.ts'
import { orderWorkflows } from './order-workflows.ts'
import { benchDatabase, type Measured, measured, report } from './server.ts'
import { countStatements, type Statements } from './statements.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 120)
/** What a start still has to do: it is another figure. */
const QUIET_AFTER_MS = 20_000
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Processor time that a process has taken, in ms. */
async function usedBy({ child }: Measured): Promise<number> {
  child.send('usage')
  const [{ cpuMs }] = (await once(child, 'message')) as [{ cpuMs: number }]
  return cpuMs
}

async function idle(databaseUrl: string, statements: Statements | undefined) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-idle-'))
  const slack = await localSlack(dataDir)
  const bot = await measured('own-bot.ts', ['web,worker,notifier,scheduler'], {
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    BENCH_SLACK: JSON.stringify(slack.config),
    BENCH_PUBLISH: JSON.stringify(orderWorkflows),
  })
  try {
    await wait(QUIET_AFTER_MS)
    const before = await usedBy(bot)
    statements?.counts.clear()
    await wait(SECONDS * 1000)
    const cpuMs = (await usedBy(bot)) - before
    const run = [...(statements?.counts ?? [])].toSorted(([, a], [, b]) => b - a)
    if (process.argv.includes('--texts'))
      for (const [text, n] of run) console.log(`${(n / SECONDS).toFixed(2)} /s  ${text.slice(0, 150)}`)
    return {
      coreShare: cpuMs / (SECONDS * 1000),
      perSecond: statements && run.reduce((sum, [, n]) => sum + n, 0) / SECONDS,
    }
  } finally {
    await bot.stop()
    await slack.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function onServer() {
  const database = await benchDatabase('signalbox_bench_idle', orderWorkflows)
  const statements = await countStatements(database.url)
  try {
    return await idle(statements.url, statements)
  } finally {
    statements.close()
    await database.drop()
  }
}

const only = process.argv.slice(2).find((word) => !word.startsWith('--'))
const found = {
  ...(only === 'embedded' ? {} : { PostgreSQL: await onServer() }),
  ...(only === 'server' ? {} : { embedded: await idle('', undefined) }),
}
const limits = { PostgreSQL: 0.005, embedded: 0.01 }
const rows = Object.entries(found).map(([database, { coreShare, perSecond }]) => ({
  database,
  'of a core': `${(coreShare * 100).toFixed(2)} %`,
  'statements /s': perSecond?.toFixed(2) ?? '',
}))
const aims = Object.entries(found).flatMap(([database, { coreShare, perSecond }]) => [
  atMost(`of a core, ${database}`, coreShare * 100, limits[database as keyof typeof limits] * 100, '%'),
  ...(perSecond === undefined ? [] : [atMost(`statements a second, ${database}`, perSecond, 2, '/s')]),
])
report('idle', { rows, aims, about: { seconds: SECONDS } })
