// retry and drain, as an operator types them while the bot runs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCircuit } from '../../src/db/open-circuits.ts'
import { startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { signalbox } from './command.ts'

test('retry goes on from the step that failed; drain lets nothing move until resume', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const step = (name: string) => `{ action: ${name}, http: { url: "${target.url}/${name}" } }`
  await bot.publish({
    orders: `
workflow: orders
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { actions: [${step('first')}, ${step('second')}], outcome: achieved } }
`,
  })
  const paths = () => target.requests.map(({ path }) => path)
  target.answerWith(200, 404)
  await bot.send('orders', { id: 'o-1' })
  await bot.untilIdle()

  const retried = await signalbox(bot.env, 'retry', 'o-1', '--as', '@ada')
  assert.equal(retried.code, 0, retried.stderr)
  await bot.untilIdle()
  assert.deepEqual(paths(), ['/first', '/second', '/second'])
  const [, tried, again] = target.requests
  assert.equal(tried?.headers['idempotency-key'], again?.headers['idempotency-key'])
  assert.equal((await signalbox(bot.env, 'retry', 'o-1', '--as', '@ada')).code, 1)

  const drained = await signalbox(bot.env, 'drain', '--within', '20s', '--json')
  assert.equal(drained.code, 0, drained.stderr)
  assert.deepEqual(JSON.parse(drained.stdout), { inHand: 0, waiting: 0 })
  const { status, body } = await bot.send('orders', { id: 'o-2' })
  assert.equal(status, 202)
  const { prisma } = bot.app.db
  const parkedBy = async () => (await prisma.run.findUniqueOrThrow({ where: { id: body.run } })).parkedBy
  while ((await parkedBy()) === null) await new Promise(setImmediate)
  assert.equal(await parkedBy(), 'all')
  const resumed = await signalbox(bot.env, 'resume', '--all')
  assert.equal(resumed.code, 0, resumed.stderr)
  await bot.untilIdle()
  assert.equal(paths().length, 5)
})

test('pause without a name shows what is paused and which targets fail, and says so when nothing does', async (t) => {
  const bot = await startBot(t)
  const shown = async (...args: string[]) => (await signalbox(bot.env, 'pause', ...args)).stdout
  assert.equal(await shown(), 'Nothing is paused.\nAll targets are healthy.\n')
  assert.deepEqual(JSON.parse(await shown('--json')), { pauses: [], openCircuits: [] })
  await openCircuit(bot.app.db.prisma, { target: 'erp.example.com', shown: 'erp.example.com' }, 60_000)
  await openCircuit(bot.app.db.prisma, { target: 'slept.example.com', shown: 'slept.example.com' }, -1)
  await signalbox(bot.env, 'pause', '--all', '--note', 'audit')
  assert.match(
    await shown(),
    /^PAUSED .*\nall .* audit\n+CIRCUIT OPEN .*\nerp\.example\.com +\w+, .*:\d\d:\d\d [AP]M UTC\n$/,
  )
  const { pauses, openCircuits } = JSON.parse(await shown('--json')) as Record<
    string,
    Record<string, string>[]
  >
  assert.deepEqual(
    [pauses?.map(({ id }) => id), openCircuits?.map(({ target }) => target)],
    [['all'], ['erp.example.com']],
  )
})
