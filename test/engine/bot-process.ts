// A bot in a process of its own, for tests that kill it. Told what to do by messages: {resolve: exception} or
// {drain: true} …; it answers each with {done: …}.
import { PgBoss } from 'pg-boss'
import { startApp } from '../../src/app.ts'
import { readConfig, ROLES } from '../../src/config.ts'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { readBatches } from '../../src/db/runs/replay-batches.ts'
import type { SlackConfig } from '../../src/config.ts'
import { makeLog } from '../../src/log.ts'
import { planBatch } from '../../src/pipeline/resume/plan-batch.ts'
import { startBatch } from '../../src/pipeline/resume/replay-batch.ts'
import { sweep } from '../../src/pipeline/resume/sweep.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { publish } from '../../src/workflow/publish/publish.ts'

export interface Given {
  slack: SlackConfig
  workflows: string[]
  /** signalbox.yaml. */
  standards?: string
  clockAheadMs: number
}
const given = JSON.parse(process.env['TEST_GIVEN'] ?? '{}') as Given
let aheadMs = given.clockAheadMs
const clock = () => new Date(Date.now() + aheadMs)
const config = readConfig()
const app = await startApp({
  config,
  slack: given.slack,
  roles: ROLES,
  betweenPostsMs: 0,
  log: makeLog(config.logLevel),
  clock,
})
const files = given.workflows.map((source, at) => ({ file: `${at}.yaml`, source }))
const loaded = checkAll(files, given.standards, 'signalbox.yaml', {})
if (loaded.problems.some(({ severity }) => severity === 'error'))
  throw new Error(JSON.stringify(loaded.problems))
await publish(app.db, {
  workflows: loaded.workflows,
  standards: { content: loaded.standards, source: '' },
  actor: { id: 'test', surface: 'engine' },
  at: clock(),
})
await app.catalog.refresh()

async function isAtRest(): Promise<boolean> {
  const batches = await readBatches(app.db.prisma, 'all')
  const { inFlight } = await readLedger(app.db.prisma)
  return inFlight === 0 && batches.every(({ state }) => state !== 'running')
}

async function drain(): Promise<string> {
  const until = Date.now() + 25_000
  while (!(await isAtRest())) {
    if (Date.now() > until) return `${(await readLedger(app.db.prisma)).inFlight} still in flight`
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await app.slack.notifier.drain()
  return 'drained'
}

async function resolveOne(exceptionId: string): Promise<string> {
  const actor = { id: 'engine', surface: 'engine' } as const
  const answer = await app.resolve({ exceptionId, actor, resolution: { do: 'dismiss', note: 'by the test' } })
  return answer.kind
}

/** All that arrived at a workflow, again: a few a second, so that it takes more than one part. */
async function replayAll({ name, workflow }: Told['replay']): Promise<string> {
  const { db, queue, catalog } = app
  const deps = { db, queue, catalog, clock, cardsChanged: () => {} }
  const actor = { id: 'cli:ops-lead', surface: 'cli' } as const
  const [since, until] = [new Date(0), new Date(clock().getTime() + 1)]
  const how = { version: 'current', repeatDone: false, perMinute: 240, actor } as const
  const plan = await planBatch(deps, { name, workflow, since, until, ...how })
  if (plan.kind !== 'planned') return plan.kind
  const { kind } = await startBatch(deps, name, actor)
  return kind === 'moved' ? drain() : kind
}

/** What pg-boss does with the parts of a replay that a dead process had in hand, once their time is over. */
async function giveUpLostJobs(): Promise<void> {
  const { prisma, boss: reach } = app.db
  await prisma.$executeRaw`
    UPDATE pgboss.job SET started_on = started_on - interval '1 hour' WHERE name = 'replay' AND state = 'active'`
  await prisma.$executeRaw`UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL`
  const boss = new PgBoss({ ...reach, schedule: false, supervise: false, migrate: false })
  await boss.start()
  await boss.supervise('replay')
  await boss.stop({ graceful: false })
}

/** `clockAheadMs`: its clock jumps there, and it takes up what is overdue by it. */
export interface Told {
  resolve: true
  replay: { name: string; workflow: string }
  drain: true
  stop: true
  clockAheadMs: number
}

async function told(message: Partial<Told>): Promise<string> {
  if (message.drain) return drain()
  if (message.replay !== undefined) return replayAll(message.replay)
  if (message.clockAheadMs !== undefined) {
    aheadMs = message.clockAheadMs
    const { db, queue, catalog } = app
    const log = makeLog('silent')
    await giveUpLostJobs()
    return `swept ${await sweep({ db, queue, catalog, log, cardsChanged: () => {} }, clock())}`
  }
  if (message.stop) {
    await app.stop()
    return 'stopped'
  }
  const open = await app.db.prisma.exception.findFirst({ where: { state: 'open' } })
  return open ? resolveOne(open.id) : 'nothing open'
}
process.on('message', (message: object) => {
  void told(message).then((done) => process.send?.({ done }))
})
process.send?.({ url: app.url })
