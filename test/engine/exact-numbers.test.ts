// A number beyond a double, all the way: two events, the record in the database, the rule, the call, the retry, the page.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRun } from '../../src/db/runs/run-view.ts'
import { ExactNumber } from '../../src/domain/values/exact-number.ts'
import { explainPage } from '../../src/explain/page.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { startTarget } from '../target.ts'

const flow = (url: string) => `
workflow: ids
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields:
  id: { type: integer }
  more: { type: object, missing: default, default: {} }
rules:
  - { rule: one, when: 'record.id == 9007199254740992', route: end }
  - { rule: other, when: 'record.id > 9007199254740992', route: call }
routes:
  end: { outcome: achieved }
  call:
    actions:
      - { action: tell, http: { url: "${url}/\${event.id}", json: { id: "\${record.id}", more: "\${record.more}" } } }
    outcome: achieved
`

test('an id beyond 2^53 keeps its digits from the body to the target, and in every view', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { db } = bot.app
  await bot.publish({ ids: flow(target.url) })
  const one = await bot.send('ids', '{"id":9007199254740992}')
  const otherBody = '{"id":9007199254740993,"more":{"n":[7152921506151679057,1.5]}}'
  const other = await bot.send('ids', otherBody)
  assert.deepEqual([one.status, other.status], [202, 202])
  assert.equal(other.body.duplicate, false)
  assert.equal((await bot.send('ids', otherBody)).body.duplicate, true)
  await bot.untilIdle()
  assert.deepEqual(
    target.requests.map(({ path, text }) => [path, text]),
    [['/9007199254740993', '{"id":9007199254740993,"more":{"n":[7152921506151679057,1.5]}}']],
  )

  const run = await db.prisma.run.findUniqueOrThrow({
    where: { id: other.body.run },
    include: { event: true, record: true, decisions: true },
  })
  assert.equal(run.subject, '9007199254740993')
  assert.equal(run.event.dedupeKey, '9007199254740993')
  assert.deepEqual(run.record?.fields, {
    id: new ExactNumber('9007199254740993'),
    more: { n: [new ExactNumber('7152921506151679057'), 1.5] },
  })
  const [stored] = await db.prisma.$queryRaw<{ id: string }[]>`
    SELECT fields->>'id' AS id FROM record WHERE run_id = ${run.id}`
  assert.equal(stored?.id, '9007199254740993')

  const view = await readRun(db.prisma, run.id)
  assert.ok(view)
  const page = explainPage({ run: view, audit: [], writtenAt: new Date() })
  assert.ok(page.includes('9007199254740993') && page.includes('7152921506151679057'))
  const shown = await signalbox(bot.env, 'explain', run.id)
  assert.match(shown.stdout, /"id": 9007199254740993/)
  const json = await signalbox(bot.env, 'explain', run.id, '--json')
  assert.match(json.stdout, /"id": 9007199254740993/)
  assert.match(json.stdout, /record.id is 9007199254740993/)
})

test('a person types such a number, and a run is replayed with it', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  const { db, queue, catalog } = bot.app
  await bot.publish({ ids: flow(target.url) })
  const { body } = await bot.send('ids', '{"id":"what"}')
  await bot.untilIdle()
  const fixed = await signalbox(
    bot.env,
    'resolve',
    body.run,
    '--fix',
    'id=9007199254740995',
    '--as',
    '@ops-lead',
  )
  assert.equal(fixed.code, 0, fixed.stderr)
  await bot.untilIdle()
  assert.equal(target.requests.at(-1)?.text, '{"id":9007199254740995,"more":{}}')
  const record = await db.prisma.record.findUniqueOrThrow({ where: { runId: body.run } })
  assert.deepEqual(record.corrections, { id: new ExactNumber('9007199254740995') })

  const again = await replay(
    { db, queue, catalog, clock: () => new Date(), cardsChanged: () => {} },
    {
      runId: body.run,
      version: 'current',
      actor: { id: 'cli:ops-lead', surface: 'cli' },
      event: Buffer.from('{"id": 7152921506151679057}'),
      repeatDone: true,
    },
  )
  assert.equal(again.kind, 'replayed')
  await bot.untilIdle()
  assert.match(target.requests.at(-1)?.text ?? '', /"id":7152921506151679057/)
})

test('a large number in a field of doubles is sent after it was stored: approved, and on the first try', async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t)
  await bot.publish({
    large: `
workflow: large
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields:
  id: { type: string }
  amount: { type: number, approximate: true }
rules:
  - { rule: all, when: 'record.amount > 1', route: pay }
routes:
  pay:
    review: { by: "@ada", when: 'has(event.reviewed)' }
    actions:
      - { action: pay, http: { url: "${target.url}/pay", json: { amount: "\${record.amount}" } } }
    outcome: achieved
`,
  })
  const numbers = ['1e16', '10000000000000000', '1152921504606847000', '1e22', '12345678901234567890']
  for (const [at, number] of numbers.entries()) {
    await bot.send('large', `{"id":"now ${at}","amount":${number}}`)
    await bot.send('large', `{"id":"later ${at}","amount":${number},"reviewed":true}`)
  }
  await bot.untilIdle()
  assert.equal(target.requests.length, numbers.length)
  for (const at of numbers.keys()) {
    const approved = await signalbox(bot.env, 'resolve', `later ${at}`, '--approve', '--as', '@ada')
    assert.equal(approved.code, 0, approved.stderr)
  }
  await bot.untilIdle()
  assert.deepEqual(
    target.requests.map(({ text }) => Number(JSON.parse(text).amount)).toSorted((a, b) => a - b),
    numbers.flatMap((number) => [Number(number), Number(number)]).toSorted((a, b) => a - b),
  )
})
