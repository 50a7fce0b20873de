// A call that comes before others may refuse a run, by its status or its own conditions. What a person writes behind it, or in
// it, is no way round that.
import assert from 'node:assert/strict'
import { after as afterAll, before as beforeAll, beforeEach, describe, test } from 'node:test'
import type { JsonObject } from '../../src/domain/values/json.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget, type Target } from '../target.ts'
import { openOf, resolveAs } from './acting.ts'

const call = (name: string, json: string, more = '') =>
  `{ action: ${name}, http: { url: "\${vars.shop}/${name}", json: ${json} }, retry: { attempts: 1 }${more} }`
const AMOUNT = '{ amount: "${record.amount}" }'
const fraud = call('fraud', AMOUNT)
const pay = call('pay', '{ amount: "${record.amount}", note: "${record.note}" }')
const payBy = (when: string) => pay.replace('{ action: pay,', `{ action: pay, when: ${when},`)
const keeping = (name: string) => fraud.replace('{ action: fraud,', `{ action: fraud, as: ${name},`)
const payHourly = call('pay', '{ order: "${record.order}", hour: "${string(now).substring(0, 13)}" }')

interface Routes {
  small: string
  large?: string
  /** Joan has the small route in any case; Ada the workflow. */
  ownsLarge?: string
  review?: string
}
const flow = (name: string, { small, large = small, ownsLarge = '@grace', review = '' }: Routes) => `
workflow: ${name}
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, note: { type: string }, amount: { type: number } }
rules:
  - { rule: large, when: 'record.amount > 1000.0', route: large }
  - { rule: rest, when: 'true', route: small }
routes:
  large: { owner: "${ownsLarge}", ${review} actions: [${large}], outcome: achieved }
  small: { owner: "@joan", actions: [${small}], outcome: achieved }
`

const gates = {
  /** Only large amounts are checked. */
  elsewhere: { small: pay, large: `${fraud}, ${pay}` },
  own: { small: pay, large: `${fraud}, ${pay}`, ownsLarge: '@joan' },
  reviewed: { small: pay, large: `${fraud}, ${pay}`, review: 'review: { by: "@joan" },' },
  answered: { small: pay, large: `${keeping('f')}, ${payBy('actions.f.body.ok')}`, ownsLarge: '@joan' },
  stricter: {
    small: `${fraud}, ${pay}`,
    large: `${call('fraud', AMOUNT.replace(' }', ', strict: true }'))}, ${pay}`,
  },
  /** All are. */
  always: { small: `${fraud}, ${pay}` },
  /** What comes before is the same of any amount, and done. */
  harmless: {
    small: `${call('login', '{ order: "${record.order}" }')}, ${pay}`,
    large: `${call('login', '{ order: "${record.order}" }')}, ${pay}`,
  },
  beside: { small: `${call('fraud', '{ amount: "${event.amount}" }')}, ${pay}` },
  hourly: { small: `${fraud}, ${payHourly}` },
} satisfies Record<string, Routes>
type Name = keyof typeof gates | 'chosen'
const chosen = `${flow('chosen', { small: pay }).split('rules:')[0]}
rules: [{ rule: all, when: 'true', route: check }]
routes:
  check:
    owner: "@joan"
    actions: [${fraud}]
    exception: { reason: needs_judgement, choices: [{ label: Pay, route: send }] }
  send: { owner: "@joan", actions: [${pay}], outcome: achieved }
`

const INSTEAD = 'Correct it at its source, or replay it with another event.'
const PASSED = `An event that says this would have to get past "fraud" first. ${INSTEAD}`
const ANSWERED = `This changes what "fraud" sends, and it has answered already. ${INSTEAD}`

describe('a call that may refuse', () => {
  let bot: Bot
  let target: Target
  let aheadMs = 0
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  const clock = () => new Date(Date.parse('2026-06-01T12:05:00Z') + aheadMs)
  beforeAll(async () => {
    target = await startTarget(t)
    bot = await startBot(t, { clock })
    const files = Object.entries(gates).map(([name, routes]) => [name, flow(name, routes)])
    const hourly = flow('hourly', gates.hourly).replace('owner: "@joan",', 'review: { by: "@ada" },')
    await bot.publish({ ...Object.fromEntries(files), hourly, chosen }, `vars: { shop: "${target.url}" }`)
  })
  beforeEach(() => {
    aheadMs = 0
  })
  afterAll(async () => {
    for (const clean of stop) await clean()
  })

  const sent = () => target.requests.splice(0).map(({ path, body }) => [path, (body as JsonObject)['amount']])
  const reasonOf = async (runId: string) => (await openOf(bot, runId))?.reason
  const resolve = (runId: string, who: string, resolution: Resolution) =>
    resolveAs(bot, who, { runId, resolution })
  let orders = 0
  const arrived = async (workflow: Name, amount: number, ...statuses: number[]) => {
    target.answerWith(...statuses)
    const { body } = await bot.send(workflow, { order: `o-${(orders += 1)}`, note: 'n', amount })
    await bot.untilIdle()
    return body.run
  }
  /** Joan writes this in place of what the last of these answers refused. */
  const edited = async (workflow: Name, json: JsonObject, { amount = 5, statuses = [422] } = {}) => {
    const runId = await arrived(workflow, amount, ...statuses)
    assert.equal(await reasonOf(runId), 'action_refused', workflow)
    sent()
    return { runId, answer: await resolve(runId, 'joan', { do: 'retry', input: { json } }) }
  }

  test('is asked of what comes as an event', async () => {
    for (const workflow of ['elsewhere', 'always'] as const) {
      await arrived(workflow, 5000, 422)
      assert.deepEqual(sent(), [['/fraud', 5000]])
    }
  })

  test('is not passed over by an edit into what another route sends behind it, whoever owns that', async () => {
    for (const workflow of ['elsewhere', 'own', 'reviewed', 'answered'] as const) {
      const { answer } = await edited(workflow, { amount: 5000, note: 'n' })
      assert.deepEqual(answer, { kind: 'not_applicable', because: PASSED }, workflow)
      assert.deepEqual(sent(), [])
      const small = await edited(workflow, { amount: 6, note: 'n' })
      // Whoever reviews what another route sends there is asked of any edit.
      assert.deepEqual(
        [small.answer.kind, sent()],
        ['resolved', workflow === 'reviewed' ? [] : [['/pay', 6]]],
        workflow,
      )
    }
  })

  test('is not left with what it has agreed to, by an edit of what is sent behind it', async () => {
    for (const workflow of ['always', 'stricter'] as const) {
      const { answer } = await edited(workflow, { amount: 5000, note: 'n' }, { statuses: [200, 422] })
      assert.deepEqual(answer, { kind: 'not_applicable', because: ANSWERED }, workflow)
      assert.deepEqual(sent(), [])
      // What it was not asked about may differ.
      const noted = await edited(workflow, { amount: 5, note: 'other' }, { statuses: [200, 422] })
      assert.deepEqual([noted.answer.kind, sent()], ['resolved', [['/pay', 5]]], workflow)
    }
  })

  test('is not passed by the same in disguise: an amount as text, a name more', async () => {
    const disguised: JsonObject[] = [
      { amount: '5000', note: 'n' },
      { amount: 5000, note: 'n', more: 1 },
    ]
    for (const json of disguised) {
      const { runId } = await edited('elsewhere', json)
      assert.deepEqual([await reasonOf(runId), sent()], ['approval_required', []])
      assert.equal((await resolve(runId, 'joan', { do: 'approve' })).kind, 'not_allowed')
      const behind = await edited('always', json, { statuses: [200, 422] })
      assert.deepEqual(behind.answer, { kind: 'not_applicable', because: ANSWERED })
    }
  })

  test('is the same on the route from which a person led the run on', async () => {
    const runId = await arrived('chosen', 5)
    target.answerWith(422)
    assert.equal((await resolve(runId, 'joan', { do: 'choose', choice: 0 })).kind, 'resolved')
    assert.deepEqual(sent(), [
      ['/fraud', 5],
      ['/pay', 5],
    ])
    const input = { json: { amount: 5000, note: 'n' } }
    const answer = await resolve(runId, 'joan', { do: 'retry', input })
    assert.deepEqual([answer, sent()], [{ kind: 'not_applicable', because: ANSWERED }, []])
    const small = await edited('chosen', { amount: 4 }, { amount: 900 })
    assert.deepEqual([await reasonOf(small.runId), sent()], ['approval_required', []])
  })

  test('is no gate where it would send the same, and has', async () => {
    const { answer } = await edited('harmless', { amount: 5000, note: 'n' }, { statuses: [200, 422] })
    assert.deepEqual([answer.kind, sent()], ['resolved', [['/pay', 5000]]])
  })

  test('is itself asked of another amount than is sent behind it only where the workflow’s owner approves', async () => {
    const { runId, answer } = await edited('always', { amount: 4 }, { amount: 900 })
    assert.deepEqual([answer.kind, await reasonOf(runId), sent()], ['resolved', 'approval_required', []])
    assert.equal((await resolve(runId, 'joan', { do: 'approve' })).kind, 'not_allowed')
    assert.equal((await resolve(runId, 'ada', { do: 'approve' })).kind, 'resolved')
    assert.deepEqual(sent(), [
      ['/fraud', 4],
      ['/pay', 900],
    ])
  })

  test('asks the workflow’s owner where it reads the event itself, which no edit reaches', async () => {
    const { runId, answer } = await edited('beside', { amount: 5000, note: 'n' }, { statuses: [200, 422] })
    assert.deepEqual([answer.kind, await reasonOf(runId), sent()], ['resolved', 'approval_required', []])
    assert.equal((await resolve(runId, 'joan', { do: 'approve' })).kind, 'not_allowed')
    assert.equal((await resolve(runId, 'ada', { do: 'approve' })).kind, 'resolved')
    assert.deepEqual(sent(), [['/pay', 5000]])
  })

  test('is not left with what it has agreed to, by an approval with a change behind it', async () => {
    const runId = await arrived('hourly', 5)
    target.answerWith(200, 422)
    await resolve(runId, 'ada', { do: 'approve' })
    assert.equal(await reasonOf(runId), 'action_refused')
    aheadMs = 3_600_000
    await resolve(runId, 'ada', { do: 'retry' })
    assert.equal(await reasonOf(runId), 'approval_required')
    sent()
    const answer = await resolve(runId, 'ada', { do: 'approve', change: { amount: 6 } })
    assert.deepEqual(answer, {
      kind: 'not_applicable',
      because: `This changes what "fraud" sends, and it has answered already. Decline it and correct it at its source, or replay it with another event.`,
    })
    assert.equal((await resolve(runId, 'ada', { do: 'approve', change: { note: 'other' } })).kind, 'resolved')
    assert.deepEqual(sent(), [['/pay', undefined]])
  })
})

const warned = (actions: string) =>
  checkAll(
    [{ file: 'a.yaml', source: flow('a', { small: actions }) }],
    'vars: { shop: "https://shop.example" }',
    'signalbox.yaml',
  ).problems.flatMap(({ message }) => (message.includes('reads event.amount') ? [message] : []))

test('check warns of a call before others that reads the event where a field holds the same', () => {
  assert.deepEqual(warned(gates.beside.small), [
    'The call "fraud" reads event.amount, and so does the field amount: corrections of the field do not reach it, and are refused',
  ])
  assert.deepEqual(warned(gates.always.small), [])
  // Nothing comes behind it.
  assert.deepEqual(warned(call('last', '{ amount: "${event.amount}" }')), [])
})
