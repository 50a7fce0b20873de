// What must happen although nothing arrives: schedules run once, silence is noticed and ends.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { captureDue } from '../../src/pipeline/capture/schedule.ts'
import { beat } from '../../src/db/heartbeats.ts'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { decideRuns } from '../../src/pipeline/decide/decide.ts'
import { ENRICH_LEASE_MS } from '../../src/pipeline/enrich/look-up.ts'
import { sweep } from '../../src/pipeline/resume/sweep.ts'
import { pause, resume } from '../../src/pipeline/resume/pauses.ts'
import { watchPauses } from '../../src/pipeline/watch/pauses.ts'
import { watchSilence } from '../../src/pipeline/watch/silence.ts'
import { beatAndWatch, watchParts } from '../../src/pipeline/watch/parts.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { publish } from '../../src/workflow/publish/publish.ts'
import { startBot } from '../bot.ts'

const flow = (trigger: string, more = '') => `
workflow: beat
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: ${trigger}
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
${more}
`

/** What two replicas that look at once open together; who looks after them opens nothing. */
async function openedAtOnce(look: () => Promise<{ opened: number; closed: number }>): Promise<number> {
  const looks = await Promise.all([look(), look()])
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  return looks.reduce((sum, { opened }) => sum + opened, 0)
}

const later = (round: number) => new Date(Date.now() + round * 120_000)

test('a scheduled workflow runs once a time however many look, and a missed time is taken up', async (t) => {
  const real = Date.now()
  const hour = 3_600_000
  let now = new Date(real)
  const bot = await startBot(t, { clock: () => now, roles: ['web', 'worker', 'notifier'] })
  await bot.publish({ beat: flow('{ schedule: { cron: "0 * * * *" } }') })
  const { db, queue, catalog } = bot.app
  const deps = { db, queue, catalog, log: { error: assert.fail } as never, clock: () => now }
  // Due before it was published: never promised.
  assert.equal(await captureDue(deps), 0)
  now = new Date(Math.ceil((real + 1) / hour) * hour + 5 * hour + 1000)
  const captured = await Promise.all([captureDue(deps), captureDue(deps), captureDue(deps)])
  assert.equal(
    captured.reduce((sum, n) => sum + n, 0),
    1,
  )
  assert.equal(await captureDue(deps), 0)
  now = new Date(now.getTime() + hour)
  assert.equal(await captureDue(deps), 1)
  await bot.untilIdle()
  const { accepted, byOutcome } = await readLedger(db.prisma)
  assert.deepEqual([accepted, byOutcome], [2, { achieved: 2 }])
})

test('a time that was due is not lost when a rule is changed before anybody looked', async (t) => {
  const hour = 3_600_000
  const full = Math.ceil((Date.now() + 1) / hour) * hour
  let now = new Date()
  const bot = await startBot(t, { clock: () => now, roles: ['web', 'worker', 'notifier'] })
  const { db, queue, catalog } = bot.app
  const deps = { db, queue, catalog, log: { error: assert.fail } as never, clock: () => now }
  const publishAt = async (at: number, cron: string, more: string) => {
    now = new Date(at)
    const source = flow(`{ schedule: { cron: "${cron}" } }`, more)
    const { workflows, standards } = checkAll(
      [{ file: 'beat.yaml', source }],
      undefined,
      'signalbox.yaml',
      {},
    )
    const about = {
      standards: { content: standards, source: '' },
      actor: { id: 'test', surface: 'engine' },
    } as const
    await publish(db, { workflows, ...about, at: now, isForced: true })
    await catalog.refresh()
  }
  await publishAt(full - 1000, '0 * * * *', '')
  await publishAt(full + 1000, '0 * * * *', 'expect: { event_every: 3h }')
  assert.equal(await captureDue(deps), 1)
  // Another schedule promises nothing for the past.
  await publishAt(full + hour + 2000, '0 */1 * * *', '')
  assert.equal(await captureDue(deps), 0)
})

const error = ({ err }: { err: Error }) => {
  throw err
}

/** A bot whose schedules are looked at by hand; what they log is thrown. */
async function watched(t: TestContext, at: number) {
  let now = new Date(at)
  const bot = await startBot(t, { clock: () => now, roles: ['web', 'worker', 'notifier'] })
  const { db, queue, catalog } = bot.app
  const deps = { db, queue, catalog, log: { error } as never, clock: () => now }
  return {
    bot,
    rows: () => db.prisma.schedule.findMany(),
    look: () => captureDue(deps),
    set: (time: number) => {
      now = new Date(time)
    },
  }
}
const HOUR = 3_600_000
const fullHour = () => Math.ceil((Date.now() + 1) / HOUR) * HOUR

test('a clock that is set back by two hours, or was a year ahead, runs nothing twice and stops no schedule', async (t) => {
  const full = fullHour()
  const { bot, look, set } = await watched(t, full - 1000)
  await bot.publish({ beat: flow('{ schedule: { cron: "0 * * * *" } }') })
  const looked = async (at: number) => {
    set(at)
    const captured = await Promise.all([look(), look()])
    return captured.reduce((sum, n) => sum + n, 0)
  }
  assert.equal(await looked(full), 1)
  assert.equal(await looked(full + HOUR), 1)
  assert.deepEqual(
    [
      await looked(full - HOUR),
      await looked(full + 10),
      await looked(full + HOUR),
      await looked(full + 2 * HOUR),
    ],
    [0, 0, 0, 1],
  )
  const year = 8760 * HOUR
  assert.equal(await looked(full + year), 1)
  assert.deepEqual([await looked(full + 2 * HOUR + 10), await looked(full + 3 * HOUR)], [0, 1])
  const { accepted, byOutcome } = (await bot.untilIdle(), await readLedger(bot.app.db.prisma))
  assert.deepEqual([accepted, byOutcome], [5, { achieved: 5 }])
})

test('the next run of a schedule is stored as an instant; another line plans anew, and none leaves no row', async (t) => {
  const full = fullHour()
  const { bot, look, rows, set } = await watched(t, full - 1000)
  const planned = async () => {
    assert.equal(await look(), 0)
    return (await rows()).map(({ key, cron, nextAt }) => [key, cron, nextAt.getTime() - full])
  }
  await bot.publish({ beat: flow('{ schedule: { cron: "0 * * * *" } }') })
  assert.deepEqual(await planned(), [['workflow:beat', '0 * * * *', 0]])
  // At the same times: another one could have been due between the publication, by the real clock, and the bot's.
  await bot.publish({ beat: flow('{ schedule: { cron: "0 */1 * * *" } }') })
  assert.deepEqual(await planned(), [['workflow:beat', '0 */1 * * *', 0]])
  await bot.app.db.prisma.schedule.updateMany({ data: { nextAt: new Date(full + 77_000) } })
  assert.deepEqual(await planned(), [['workflow:beat', '0 */1 * * *', 0]], 'no due time of the line')
  await bot.publish({ beat: flow('{ command: {} }') })
  set(full + HOUR)
  assert.deepEqual(await planned(), [])
})

test('a schedule that was taken without its event is taken again: both are one transaction', async (t) => {
  const full = fullHour()
  const { bot, look, set } = await watched(t, full - 1000)
  await bot.publish({ beat: flow('{ schedule: { cron: "0 * * * *" } }') })
  assert.equal(await look(), 0)
  const { prisma } = bot.app.db
  await prisma.$executeRaw`ALTER TABLE event ADD CONSTRAINT no_event CHECK (source <> 'schedule')`
  set(full)
  await assert.rejects(look(), /no_event/)
  await prisma.$executeRaw`ALTER TABLE event DROP CONSTRAINT no_event`
  assert.equal(await look(), 1)
})

test('a silent source gets one exception with an owner, which closes itself when events come again', async (t) => {
  let now = new Date()
  const bot = await startBot(t, { clock: () => now, roles: ['web', 'worker', 'notifier'] })
  await bot.publish({
    beat: flow('{ webhook: { verify: { scheme: none } } }', 'expect: { event_every: 1h }'),
  })
  const { db, catalog } = bot.app
  const look = () => watchSilence({ db, catalog, clock: () => now, cardsChanged: () => {} })
  await bot.send('beat', {})
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  now = new Date(now.getTime() + 2 * 3_600_000)
  assert.equal(await openedAtOnce(look), 1)
  const open = await db.prisma.exception.findFirstOrThrow({ where: { state: 'open' } })
  assert.equal(open.reason, 'source_silent')
  assert.match(open.ownerId ?? '', /^U/)
  assert.equal((await readLedger(db.prisma)).unaccounted, 0)
  await t.test('it is no event: its text does not go through the rules by a replay', async () => {
    const { queue } = bot.app
    const actor = { id: 'cli:ops-lead', surface: 'cli' } as const
    const deps = { db, catalog, queue, clock: () => now, cardsChanged: () => {} }
    const answer = await replay(deps, { runId: open.runId, version: 'current', actor })
    assert.match(answer.kind === 'already' ? answer.because : answer.kind, /a finding of Signalbox/)
  })
  now = new Date(now.getTime() + 60_000)
  await bot.send('beat', {})
  assert.deepEqual(await look(), { opened: 0, closed: 1 })
  await bot.untilIdle()
  const closed = await db.prisma.exception.findUniqueOrThrow({ where: { id: open.id } })
  assert.deepEqual([closed.state, closed.resolvedAs], ['resolved', 'recovered'])
  const ledger = await readLedger(db.prisma)
  assert.deepEqual([ledger.accepted, ledger.outcomes, ledger.unaccounted], [3, 3, 0])
})

test('events that lead to nothing are silence too: no success for longer than expected, until there is one', async (t) => {
  let now = new Date()
  const bot = await startBot(t, { clock: () => now, roles: ['web', 'worker', 'notifier'] })
  const source = flow('{ webhook: { verify: { scheme: none } } }', 'expect: { success_every: 1h }').replace(
    "when: 'true'",
    "when: 'event.good == true'",
  )
  await bot.publish({ beat: source })
  const { db, catalog } = bot.app
  const look = () => watchSilence({ db, catalog, clock: () => now, cardsChanged: () => {} })
  now = new Date(now.getTime() + 2 * 3_600_000)
  await bot.send('beat', { good: false })
  await bot.untilIdle()
  assert.deepEqual(await look(), { opened: 1, closed: 0 })
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  const open = await db.prisma.exception.findFirstOrThrow({ where: { reason: 'source_silent' } })
  assert.match(open.detail, /^No run has been achieved since/)
  now = new Date(now.getTime() + 60_000)
  await bot.send('beat', { good: true })
  await bot.untilIdle()
  assert.deepEqual(await look(), { opened: 0, closed: 1 })
})

test('a pause that was forgotten is one exception of who answers for it, which closes itself when the pause ends', async (t) => {
  let now = new Date()
  const bot = await startBot(t, { clock: () => now, roles: ['web', 'worker', 'notifier'] })
  await bot.publish(
    { beat: flow('{ webhook: { verify: { scheme: none } } }') },
    'roles: { operators: ["@ada"] }\n',
  )
  const { db, catalog } = bot.app
  const look = () => watchPauses({ db, catalog, clock: () => now, cardsChanged: () => {} })
  const open = () => db.prisma.exception.findMany({ where: { state: 'open' }, orderBy: { id: 'asc' } })
  const actor = { id: 'cli:ada', surface: 'cli' as const }
  await pause(db, { id: 'workflow:beat', actor, note: 'new price list' }, now)
  await pause(db, { id: 'all', actor }, now)
  await bot.app.pauses.refresh()
  await bot.send('beat', { id: 1 })
  while ((await db.prisma.run.count({ where: { parkedBy: 'all' } })) === 0) await new Promise(setImmediate)
  now = new Date(now.getTime() + 3 * 3_600_000)
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  now = new Date(now.getTime() + 2 * 3_600_000)
  assert.equal(await openedAtOnce(look), 2)
  const found = await open()
  const { id: opsLead } = await db.prisma.person.findFirstOrThrow({ where: { handle: 'ops-lead' } })
  assert.deepEqual(found.map(({ reason, ownerSpec }) => `${reason} ${ownerSpec}`).toSorted(), [
    `timed_out ${opsLead}`,
    'timed_out role:operators',
  ])
  const details = found.map(({ detail }) => detail).join('\n')
  assert.match(
    details,
    /^This workflow has been paused since \S+ by cli:ada \(new price list\); nothing waits so far\. \/workflow resume beat ends it/m,
  )
  assert.match(
    details,
    /^Everything has been paused since \S+ by cli:ada; 1 run waits so far\. \/workflow resume all ends it/m,
  )
  await resume(db, { id: 'all', actor }, now)
  assert.deepEqual(await look(), { opened: 0, closed: 1 })
  // Paused again: another pause, and its own time begins.
  await pause(db, { id: 'all', actor }, now)
  assert.deepEqual(await look(), { opened: 0, closed: 0 })
  await resume(db, { id: 'workflow:beat', actor }, now)
  assert.deepEqual(await look(), { opened: 0, closed: 1 })
  assert.deepEqual(await open(), [])
  assert.equal((await readLedger(db.prisma)).unaccounted, 0)
})

test('a part that stops is one exception of the operators, which closes itself when the part works again', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'worker', 'notifier'] })
  const standards = 'roles: { operators: ["@ada"] }\nchannels: { alerts: "#alerts" }\n'
  await bot.publish({ beat: flow('{ webhook: { verify: { scheme: none } } }') }, standards)
  const { db, catalog } = bot.app
  const deps = { db, catalog, clock: () => new Date(), cardsChanged: () => {} }
  const minute = 60_000
  await beat(db.prisma, ['scheduler', 'notifier'])
  assert.deepEqual(await watchParts(deps), { opened: 0, closed: 0 })
  await db.prisma.$executeRaw`UPDATE heartbeat SET at = now() - interval '4 minutes' WHERE part = 'scheduler'`
  // Just started: nobody is blamed for the time in which everything was down.
  await beatAndWatch(deps, { working: ['notifier'], upForMs: minute })
  assert.equal(await db.prisma.exception.count(), 0)
  assert.equal(await openedAtOnce(() => watchParts(deps)), 1)
  const open = await db.prisma.exception.findFirstOrThrow({ where: { state: 'open' } })
  const ada = await db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
  assert.deepEqual([open.reason, open.ownerId], ['internal_error', ada.id])
  assert.match(open.detail, /^The scheduler, /)
  const card = await db.prisma.card.findFirstOrThrow({ where: { subjectId: open.id } })
  assert.equal(card.channel, '#alerts')
  await beatAndWatch(deps, { working: ['scheduler'], upForMs: 10 * minute })
  const closed = await db.prisma.exception.findUniqueOrThrow({ where: { id: open.id } })
  assert.deepEqual([closed.state, closed.resolvedAs], ['resolved', 'recovered'])
  assert.equal((await readLedger(db.prisma)).unaccounted, 0)
})

test('runs that wait for their turn to look something up are not taken for lost', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'notifier'] })
  await bot.publish({ beat: flow('{ webhook: { verify: { scheme: none } } }') })
  const { db, queue, catalog } = bot.app
  const { body } = await bot.send('beat', {})
  await queue.work('decide', { batchSize: 10, concurrency: 1 }, async () => {})
  await db.prisma.$transaction((tx) => queue.enqueue(tx, 'enrich', [{ data: { runId: body.run } }]))
  while ((await queue.backlogged(['decide'])).size > 0)
    await new Promise((resolve) => setTimeout(resolve, 50))
  const deps = { db, queue, catalog, log: { warn: () => {} } as never, cardsChanged: () => {} }
  assert.equal(await sweep(deps, later(10)), 0)
  await queue.work('enrich', { batchSize: 10, concurrency: 1 }, async () => {})
  while ((await queue.backlogged(['enrich'])).size > 0)
    await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(await sweep(deps, later(10)), 1)
})

test('a run that never gets on, however often it is taken up, waits for a person', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'notifier'] })
  await bot.publish({ beat: flow('{ webhook: { verify: { scheme: none } } }') })
  const { db, queue, catalog } = bot.app
  const { body } = await bot.send('beat', {})
  // No worker: nothing waits in the queue as far as the sweep can tell, and nothing happens.
  const idle = { ...queue, backlogged: async () => new Set<never>() }
  const deps = { db, queue: idle, catalog, log: { warn: () => {} } as never, cardsChanged: () => {} }
  for (let round = 1; round <= 5; round += 1) assert.equal(await sweep(deps, later(round)), 1)
  assert.equal(await sweep(deps, later(6)), 0)
  const run = await db.prisma.run.findUniqueOrThrow({
    where: { id: body.run },
    include: { exceptions: true },
  })
  assert.equal(run.state, 'held')
  assert.deepEqual(
    run.exceptions.map(({ reason, state }) => [reason, state]),
    [['timed_out', 'open']],
  )
  assert.equal((await readLedger(db.prisma)).unaccounted, 0)
})

test('a run whose lookups never end, however often they are begun, waits for a person', async (t) => {
  let now = new Date()
  const bot = await startBot(t, { roles: ['web', 'notifier'], clock: () => now })
  const asking = 'enrich: { customer: { http: { url: "https://crm.example/customer" } } }'
  await bot.publish({ beat: flow('{ webhook: { verify: { scheme: none } } }', asking) })
  const { db, queue, catalog, pauses, shadows, drift } = bot.app
  const { body } = await bot.send('beat', {})
  const deps = {
    db,
    catalog,
    pauses,
    shadows,
    drift,
    // What works off the lookups dies with them each time: nothing waits, and nothing is answered.
    queue: { ...queue, backlogged: async () => new Set<never>() },
    clock: () => now,
    log: { warn: () => {}, error: assert.fail } as never,
    cardsChanged: () => {},
    secret: () => undefined,
    makeAsk: () => async () => assert.fail('nothing is looked up here'),
  }
  for (let round = 1; round <= 5; round += 1) {
    await decideRuns(deps, [body.run])
    now = new Date(now.getTime() + ENRICH_LEASE_MS + 1)
    assert.equal(await sweep(deps, now), 1)
  }
  await decideRuns(deps, [body.run])
  now = new Date(now.getTime() + ENRICH_LEASE_MS + 1)
  assert.equal(await sweep(deps, now), 0)
  const held = await db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  assert.equal(held.reason, 'timed_out')
})

test('a run whose actions never get on waits for whom its rule names', async (t) => {
  let now = new Date()
  const bot = await startBot(t, { roles: ['web', 'notifier'], clock: () => now })
  const rule = '{ rule: all, when: \'true\', route: go, owner: "@grace" }'
  const file = flow('{ webhook: { verify: { scheme: none } } }')
    .replace("{ rule: all, when: 'true', route: go }", rule)
    .replace(
      'outcome: achieved',
      'actions: [{ action: call, http: { url: "https://shop.example" } }], outcome: achieved',
    )
  await bot.publish({ beat: file })
  const { db, catalog, queue, pauses, shadows, drift } = bot.app
  const { body } = await bot.send('beat', {})
  const log = { warn: () => {}, error: assert.fail } as never
  const deps = { db, catalog, pauses, shadows, drift, clock: () => now, log, cardsChanged: () => {} }
  const idle = { ...queue, backlogged: async () => new Set<never>() }
  await decideRuns(
    {
      ...deps,
      queue: idle,
      secret: () => undefined,
      makeAsk: () => async () => assert.fail('nothing is looked up here'),
    },
    [body.run],
  )
  for (const taken of [1, 1, 1, 1, 1, 0]) {
    now = new Date(now.getTime() + 10 * 60_000)
    assert.equal(await sweep({ ...deps, queue: idle }, now), taken)
  }
  const held = await db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  const grace = await db.prisma.person.findFirstOrThrow({ where: { handle: 'grace' } })
  assert.deepEqual([held.reason, held.ownerSpec], ['timed_out', grace.id])
  assert.match(held.detail, /its actions/)
})
