// A stored version that this release does not take any more, as an upgrade may leave one behind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Prisma } from '../../src/db/generated/client.ts'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { makeActing } from '../../src/pipeline/act/acting.ts'
import { decideRuns } from '../../src/pipeline/decide/decide.ts'
import { watchSilence } from '../../src/pipeline/watch/silence.ts'
import { sweep } from '../../src/pipeline/resume/sweep.ts'
import { watchHandovers } from '../../src/pipeline/watch/handovers.ts'
import { captureDue } from '../../src/pipeline/capture/schedule.ts'
import { type Bot, startBot } from '../bot.ts'

const inTwoHours = () => new Date(Date.now() + 7_200_000)

const flow = (key: string, trigger = '{ webhook: { verify: { scheme: none }, id: event.id } }') => `
workflow: ${key}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: ${trigger}
expect: { event_every: 1h }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`

type Stored = { trigger: { webhook: { id: string } }; enrich?: object }

/** Makes the current version one as an older release may have stored it. */
async function outdate(
  { app }: Bot,
  key: string,
  { when = 'true', change = () => {} }: { when?: string; change?: (definition: Stored) => void },
): Promise<string> {
  const { prisma } = app.db
  const { definition, standards, ...first } = await prisma.workflowVersion.findFirstOrThrow({
    where: { workflowKey: key },
  })
  const stored = structuredClone(definition) as Stored
  change(stored)
  const id = `ver_${key}`
  await prisma.workflowVersion.create({
    data: { ...first, id, number: 2, contentHash: key, definition: stored, standards: standards ?? {} },
  })
  await prisma.rule.create({
    data: { id: `rule_${key}`, versionId: id, position: 0, name: 'all', when, route: 'go' },
  })
  await prisma.workflow.update({ where: { key }, data: { currentNumber: 2 } })
  await app.catalog.refresh()
  return id
}

/** As if they had come while that version was the current one: past the triggers. */
const pinTo = ({ app }: Bot, versionId: string, where: Prisma.RunWhereInput) =>
  app.db.transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.run.updateMany({ where, data: { versionId } })
  })

const depsOf = ({ app: { db, queue, catalog, pauses, shadows, drift, capture } }: Bot) => ({
  db,
  queue,
  catalog,
  pauses,
  shadows,
  drift,
  capture,
  clock: () => new Date(),
  cardsChanged: () => {},
  secret: () => undefined,
  log: { warn: () => {}, error: () => {} } as never,
  makeAsk: () => async () => assert.fail('nothing is looked up'),
})

test('runs of a version that does not compile any more wait for a person, who is told why; all else goes on', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'notifier'] })
  await bot.publish({ older: flow('older'), sound: flow('sound') })
  const { prisma } = bot.app.db
  await outdate(bot, 'older', { when: 'gone_since(1)' })
  const sent = [await bot.send('older', { id: 'o-1' }), await bot.send('sound', { id: 's-1' })]
  assert.deepEqual(
    sent.map(({ status }) => status),
    [202, 202],
  )
  assert.equal((await bot.send('older', { id: 'o-1' })).body.duplicate, true)
  const deps = depsOf(bot)
  await decideRuns(
    deps,
    sent.map(({ body }) => body.run),
  )
  const [held, ended] = await Promise.all(
    sent.map(({ body }) =>
      prisma.run.findUniqueOrThrow({ where: { id: body.run }, include: { exceptions: true, outcome: true } }),
    ),
  )
  assert.equal(ended?.outcome?.kind, 'achieved')
  assert.match(held?.exceptions[0]?.ownerId ?? '', /^U/)
  assert.equal(held?.exceptions[0]?.reason, 'internal_error')
  assert.match(
    held?.exceptions[0]?.detail ?? '',
    /cannot run this version any more .*gone_since.*Publish a mended one, then replay/,
  )
  assert.deepEqual(await watchSilence({ ...deps, clock: inTwoHours }), { opened: 2, closed: 0 })
  assert.equal((await readLedger(prisma)).unaccounted, 0)
})

test('a definition that the compiler itself stumbles over keeps nobody from being swept, decided or looked after', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'notifier'] })
  await bot.publish({
    older: flow('older'),
    sound: flow('sound'),
    timed: flow('timed', '{ schedule: { cron: "* * * * *" } }'),
  })
  const { prisma } = bot.app.db
  const sent = [
    await bot.send('older', { id: 'o-1' }),
    await bot.send('older', { id: 'o-2' }),
    await bot.send('sound', { id: 's-1' }),
  ]
  const [first = '', second = '', sound = ''] = sent.map(({ body }) => body.run)
  const versionId = await outdate(bot, 'older', {
    change: (definition) => {
      delete definition.enrich
    },
  })
  await pinTo(bot, versionId, { workflowKey: 'older' })
  const deps = { ...depsOf(bot), clock: inTwoHours }
  assert.equal(await captureDue(deps), 1)
  assert.deepEqual(await watchSilence(deps), { opened: 2, closed: 0 })
  assert.deepEqual(await watchHandovers(deps), { opened: 0, closed: 0 })
  await decideRuns(deps, [first, sound])
  await prisma.run.update({ where: { id: second }, data: { swept: 5 } })
  await sweep({ ...deps, queue: { ...deps.queue, backlogged: async () => new Set<never>() } }, inTwoHours())
  const reasons = await prisma.run.findMany({
    where: { id: { in: [first, second, sound] } },
    select: { state: true, exceptions: { select: { reason: true } } },
    orderBy: { id: 'asc' },
  })
  assert.deepEqual(
    reasons.map(({ state, exceptions }) => [state, ...exceptions.map(({ reason }) => reason)]),
    [['held', 'internal_error'], ['held', 'timed_out'], ['ended']],
  )
  assert.equal((await readLedger(prisma)).unaccounted, 0)
})

test('an event whose id cannot be read any more is not accepted: its repeat would count as a new one', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'notifier'] })
  await bot.publish({ older: flow('older') })
  await bot.send('older', { id: 'o-1' })
  await outdate(bot, 'older', {
    change: ({ trigger }) => {
      trigger.webhook.id = 'gone_since(event.id)'
    },
  })
  assert.equal((await bot.send('older', { id: 'o-1' })).status, 503)
  assert.equal(await bot.app.db.prisma.event.count(), 1)
})

test('a run that was about to act waits for a person too; nothing is called, and no target is blamed', async (t) => {
  const bot = await startBot(t, { roles: ['web', 'notifier'] })
  await bot.publish({
    older: flow('older').replace(
      '{ outcome:',
      '{ actions: [{ action: tell, emit: { workflow: older, event: {} } }], outcome:',
    ),
  })
  const { prisma } = bot.app.db
  const { body } = await bot.send('older', { id: 'o-1' })
  const deps = {
    ...depsOf(bot),
    random: () => 0,
    perform: () => assert.fail('nothing is called'),
  }
  await decideRuns(deps, [body.run])
  const versionId = await outdate(bot, 'older', { when: 'gone_since(1)' })
  await pinTo(bot, versionId, { id: body.run })
  const acting = makeActing(deps)
  await acting.take([body.run])
  await acting.idle()
  const { reason, detail } = await prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  assert.equal(reason, 'internal_error')
  assert.match(detail, /"tell" .*cannot run this version any more .*Publish a mended one, then replay\.$/)
  assert.equal(await prisma.attempt.count(), 0)
  assert.equal((await readLedger(prisma)).unaccounted, 0)
})
