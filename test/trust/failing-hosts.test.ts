// A host that a record brought, and that fails: the breakers of all processes know it, and nobody is shown it.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { databaseFindings } from '../../src/cli/doctor/findings.ts'
import { openCircuit, openCircuits, openTargets } from '../../src/db/open-circuits.ts'
import { pause } from '../../src/pipeline/resume/pauses.ts'
import { type Bot, startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'

const HOST = 'quxmerger.localhost'
const NAMED = 'host from record.host'
const flow = (port: string) => `
workflow: hr
owner: "@joan"
channel: "#leadership"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, host: { type: string, secret: true }, from: { type: string, missing: ignore } }
enrich:
  looked: { http: { url: "http://\${has(record.from) ? record.from : 'localhost'}:${port}/look" }, missing: default, default: {} }
rules: [{ rule: rest, when: 'true', route: pay }]
routes:
  pay:
    actions:
      - action: pay
        http: { url: "http://\${record.host}:${port}/pay", json: { o: "\${record.order}" } }
        retry: { attempts: 1 }
    outcome: achieved
`

/** A bot whose calls to a host that records bring failed until its circuit opened. */
async function failing(t: TestContext): Promise<{ bot: Bot; runs: string[]; host: string }> {
  const target = await startTarget(t)
  const { port } = new URL(target.url)
  const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: `localhost,${HOST}` } })
  await bot.publish({ hr: flow(port) }, 'access: { read: "@joan" }')
  const runs: string[] = []
  for (let n = 0; n < 6; n += 1) {
    // Its lookup works, its action does not.
    target.answerWith(200, 500)
    const { body } = await bot.send('hr', { order: `o-${n}`, host: HOST })
    runs.push(body.run)
    await until('it was called, or held back', async () =>
      (await bot.app.db.prisma.attempt.count({ where: { runId: body.run } })) > 0 ||
      (await openTargets(bot.app.db.prisma)).length > 0
        ? true
        : undefined,
    )
  }
  await until('its circuit is open', async () => (await openTargets(bot.app.db.prisma))[0])
  return { bot, runs, host: `${HOST}:${port}` }
}

test('a host from a record that fails is shown as where it comes from, to those who may read its workflow', async (t) => {
  const { bot, host } = await failing(t)
  const { db } = bot.app
  assert.deepEqual(await openTargets(db.prisma), [host])
  assert.deepEqual(
    (await openCircuits(db.prisma)).map(({ target, workflows }) => [target, workflows]),
    [[NAMED, ['hr']]],
  )
  await pause(db, { id: `target:${host}`, actor: { id: 'cli:root', surface: 'cli' }, note: HOST }, new Date())
  const ask = async (user: string) => {
    await bot.control.command({ user, channel: '#general', text: '/workflow pause' })
    const { text } = await bot.control.waitForMessage({ channel: '#general', as: user }, (one) =>
      one.text.includes('failing'),
    )
    return text
  }
  const toAlan = await ask('alan')
  assert.match(toAlan, /Calls to one host since .*\n• 1 target of workflows that you can't read: failing/)
  assert.doesNotMatch(toAlan, /quxmerger|record\.host/)
  const toJoan = await ask('joan')
  assert.match(toJoan, /• `host from record\.host` is failing/)
  assert.doesNotMatch(toJoan, /quxmerger/)

  const doctor = (await databaseFindings(db)).find(({ check }) => check === 'targets')
  assert.match(doctor?.detail ?? '', /^circuit open for host from record\.host/)
  for (const words of [['pause'], ['pause', '--json']]) {
    const { stdout } = await signalbox(bot.env, ...words)
    const circuits = stdout.slice(stdout.search(/CIRCUIT OPEN|openCircuits/))
    assert.match(circuits, /host from record\.host/)
    assert.doesNotMatch(circuits, /quxmerger/)
  }
  for (const page of ['/metrics', '/healthz'])
    assert.doesNotMatch(await (await fetch(bot.app.url + page)).text(), /quxmerger/)
  await bot.control.waitForMessage({ channel: '#leadership', as: 'joan' }, (one) =>
    JSON.stringify(one.blocks).includes('did not succeed'),
  )
  const cards = await bot.control.messages({ channel: '#leadership', as: 'joan' })
  assert.doesNotMatch(JSON.stringify(cards), /quxmerger/)
})

test('of a host that a record brought too, nothing else is said, whoever calls it; and an erasure drops it', async (t) => {
  const { bot, runs, host } = await failing(t)
  const { db } = bot.app
  const { prisma } = db
  await openCircuit(prisma, { target: host, shown: host, workflows: ['other'] }, 60_000)
  await openCircuit(prisma, { target: 'erp.example.com', shown: 'erp.example.com' }, 60_000)
  await openCircuit(prisma, { target: 'of-an-older-release.example.com' }, 60_000)
  assert.deepEqual(
    (await openCircuits(prisma)).map(({ target, workflows }) => [target, workflows]),
    [
      ['a host', []],
      ['erp.example.com', []],
      [NAMED, ['hr', 'other']],
    ],
  )
  const runId = runs[0] ?? ''
  const held = await until('it needs attention', async () =>
    prisma.exception.findFirst({ where: { runId, state: 'open' } }),
  )
  await bot.app.resolve({
    exceptionId: held.id,
    actor: { id: 'cli:joan', surface: 'cli' },
    resolution: { do: 'dismiss', note: 'over' },
  })
  const erased = await signalbox(bot.env, 'erase', '--subject', 'o-0', '--reason', 'asked', '--yes')
  assert.equal(erased.code, 0, erased.stderr)
  assert.deepEqual(await openTargets(prisma), ['erp.example.com'])
})
