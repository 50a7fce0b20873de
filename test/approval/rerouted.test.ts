// A change by an approver is no way round other approvers: whatever the rules would send elsewhere is refused.
import assert from 'node:assert/strict'
import { after as afterAll, before as beforeAll, describe, test } from 'node:test'
import type { JsonObject } from '../../src/domain/values/json.ts'
import { importTable } from '../../src/pipeline/enrich/import-table.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget, type Target } from '../target.ts'

const pay = `
    actions:
      - action: pay
        http: { url: "\${vars.shop}/pay", json: { amount: "\${record.amount}" } }
        retry: { attempts: 1 }
    outcome: achieved`
const FLOW = `workflow: payouts
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, amount: { type: number }, country: { type: string } }
rules:
  - { rule: odd, when: 'record.country == "??"', route: look }
  - { rule: huge, when: 'record.amount > 1000.0', route: huge }
  - { rule: abroad, when: 'record.amount > 50.0 && record.country != "US"', route: abroad }
  - { rule: large, when: 'record.amount > 50.0', route: large }
  - { rule: small, when: 'record.amount > 0.0', route: small }
routes:
  look: { exception: { reason: needs_judgement, text: Look at it } }
  huge:
    title: Huge payout
    review: { by: ["@grace", "@mary"], approvals: 2 }${pay}
  abroad:
    review: { by: "@ada" }${pay}
  large:
    review: { by: "@ada" }${pay}
  small:${pay}
`
/** Its rules go by what is looked up of the customer. */
const LOOKED_UP = `workflow: checked
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, amount: { type: number }, customer: { type: string }, site: { type: string } }
enrich:
  info: { lookup: customers, key: record.customer, missing: ignore }
  weather: { http: { url: "\${vars.shop}/weather?site=\${record.site}" }, missing: ignore }
  before: { history: { same: record.amount, within: 30d } }
rules:
  - { rule: risky, when: 'has(record.info) && record.info.risk == "high"', route: risky }
  - { rule: rest, when: 'true', route: plain }
routes:
  risky:
    review: { by: ["@grace", "@mary"], approvals: 2 }${pay}
  plain:
    review: { by: "@ada" }${pay}
`

describe('a change of a run that waits for its approvers', () => {
  let bot: Bot
  let target: Target
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  beforeAll(async () => {
    target = await startTarget(t)
    bot = await startBot(t)
    await bot.publish({ payouts: FLOW, checked: LOOKED_UP }, `vars: { shop: "${target.url}" }`)
  })
  afterAll(async () => {
    for (const clean of stop) await clean()
  })

  const approveWith = async (order: string, change: JsonObject, workflow = 'payouts') => {
    const given = { order, amount: 60, country: 'US', customer: 'good', site: 'A' }
    const { body } = await bot.send(workflow, given)
    await bot.untilIdle()
    target.requests.length = 0
    const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
    const actor = { id: 'cli:ada', surface: 'cli' } as const
    const resolution = { do: 'approve', change } as const
    const answer = await bot.app.resolve({ exceptionId: id, actor, resolution })
    await bot.untilIdle()
    return answer.kind === 'not_applicable' ? answer.because : answer.kind
  }

  test('a change that the rules would send elsewhere is refused, and says where', async () => {
    const ways: [JsonObject, RegExp][] = [
      [{ amount: 400_000 }, /"Huge payout", for its approvers\. Correct it at its source/],
      [{ country: '??' }, /"look", where a person decides/],
      [{ amount: -5 }, /the rules decide nothing/],
    ]
    for (const [change, because] of ways) {
      assert.match(await approveWith(`to ${JSON.stringify(change)}`, change), because)
      assert.equal(target.requests.length, 0)
    }
  })

  test('one that they leave to the same approvers, or ask nobody about, is sent', async () => {
    const changes: JsonObject[] = [{ amount: 70 }, { country: 'CH' }, { amount: 5 }]
    for (const change of changes) {
      assert.equal(await approveWith(JSON.stringify(change), change), 'resolved')
      assert.equal(target.requests.length, 1)
    }
  })

  test('a change of what a lookup goes by is refused: nothing is looked up again, and no rule would see it', async () => {
    const at = new Date()
    const csv = Buffer.from('id,risk\ngood,low\nbad,high\n')
    const table = { name: 'customers', csv, keyColumn: 'id', asOf: at, at }
    await importTable(bot.app.db, { ...table, actor: { id: 'x', surface: 'engine' } })
    const ways: [JsonObject, string][] = [
      [{ customer: 'bad' }, 'info'],
      [{ site: 'B' }, 'weather'],
      [{ amount: 61 }, 'before'],
    ]
    for (const [change, lookup] of ways) {
      const answer = await approveWith(`by ${lookup}`, change, 'checked')
      assert.match(answer, new RegExp(`changes what "${lookup}" is looked up by`))
      assert.equal(target.requests.length, 0, lookup)
    }
    assert.equal(await approveWith('the same', { order: 'another' }, 'checked'), 'resolved')
    assert.equal(target.requests.length, 1)
  })
})
