// A bot in a process of its own, for tests that kill it. Told what to do by messages: {settle: exception} or
// {drain: true} …; it answers each with {done: …}.
import { startApp } from '../../src/app.ts'
import { readConfig, ROLES } from '../../src/config.ts'
import { readLedger } from '../../src/db/ledger.ts'
import type { SlackConfig } from '../../src/config.ts'
import { makeLog } from '../../src/log.ts'
import { sweep } from '../../src/pipeline/resume/sweep.ts'
import { checkAll } from '../../src/workflow/load.ts'
import { publish } from '../../src/workflow/publish.ts'

export interface Given {
  slack: SlackConfig
  workflow: string
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
const loaded = checkAll([{ file: 'orders.yaml', source: given.workflow }], undefined, 'signalbox.yaml', {})
await publish(app.db, {
  workflows: loaded.workflows,
  standards: { content: loaded.standards, source: '' },
  actor: 'test',
  surface: 'engine',
  at: clock(),
})
await app.catalog.refresh()

async function drain(): Promise<string> {
  const until = Date.now() + 25_000
  while ((await readLedger(app.db.prisma)).inFlight > 0) {
    if (Date.now() > until) return `${(await readLedger(app.db.prisma)).inFlight} still in flight`
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await app.slack.notifier.drain()
  return 'drained'
}

async function settleOne(exceptionId: string): Promise<string> {
  const actor = { id: 'engine', surface: 'engine' } as const
  const answer = await app.settle({ exceptionId, actor, settlement: { do: 'reject', note: 'by the test' } })
  return answer.kind
}

/** `clockAheadMs`: its clock jumps there, and it takes up what is overdue by it. */
export interface Told {
  settle: true
  drain: true
  stop: true
  clockAheadMs: number
}

async function told(message: Partial<Told>): Promise<string> {
  if (message.drain) return drain()
  if (message.clockAheadMs !== undefined) {
    aheadMs = message.clockAheadMs
    const { db, queue, catalog } = app
    const log = makeLog('silent')
    return `swept ${await sweep({ db, queue, catalog, log, cardsChanged: () => {} }, clock())}`
  }
  if (message.stop) {
    await app.stop()
    return 'stopped'
  }
  const open = await app.db.prisma.exception.findFirst({ where: { state: 'open' } })
  return open ? settleOne(open.id) : 'nothing open'
}
process.on('message', (message: object) => {
  void told(message).then((done) => process.send?.({ done }))
})
process.send?.({ url: app.url })
