// A rehearsal says what would move, for whom, and what no rule would take any more.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileWorkflow } from '../../src/domain/compile/compile.ts'
import type { Definition } from '../../src/domain/workflow-file/definition.ts'
import { enrichSchema } from '../../src/domain/workflow-file/enrich.ts'
import { type Recorded, simulate } from '../../src/domain/rules/simulate.ts'
import { example, examples } from '../workflow/examples.ts'

const { definition } = example('order-delivery')
const side = (changed: Definition) => ({
  compiled: compileWorkflow(changed, examples.standards),
  vars: examples.standards.vars,
})
const recorded = ['delivered', 'delivered', 'canceled', 'shipped'].map((status, at): Recorded => ({
  run: `run_${at}`,
  input: {
    body: { order_id: `${at}`, order_status: status, order_estimated_delivery_date: '10/18/2017 0:00' },
    headers: {},
  },
  enrichment: {},
  unanswered: [],
  corrections: {},
  now: new Date('2026-01-05T12:00:00Z'),
}))
const draft = (change: (of: Definition) => void) => {
  const changed = structuredClone(definition)
  change(changed)
  return simulate(side(definition), side(changed), recorded)
}

describe('a rehearsal', () => {
  test('of the same rules moves nothing', () => {
    const { events, same, moved } = draft(() => undefined)
    assert.deepEqual({ events, same, moved }, { events: 4, same: 4, moved: [] })
  })
  test('names what the draft compares in vain', () => {
    const { unlike } = draft(({ rules }) => {
      rules[0]!.when = 'event.order_id == 1 || event.order_status == "lost"'
    })
    assert.deepEqual(unlike, [
      {
        rule: definition.rules[0]?.name,
        message: 'event.order_id is compared with a number, and is a text: they are never equal',
        count: 4,
      },
    ])
  })
  test('says from which rule to which, how many and which runs', () => {
    const { moved, routes } = draft(({ rules }) => {
      rules[2]!.when = 'record.status in ["delivered", "shipped"]'
    })
    assert.deepEqual(moved, [{ from: 'wait by "rest"', to: 'close by "on time"', count: 1, runs: ['run_3'] }])
    assert.deepEqual(
      routes.find(({ name }) => name === 'close'),
      { name: 'close', before: 2, after: 3 },
    )
  })
  test('does not let rules decide what a lookup had stopped, unless the draft does without its answer', () => {
    const asked = (missing: 'ask' | 'default') => {
      const lookup = { lookup: 'carriers', key: 'record.order_id', missing }
      const entry = missing === 'ask' ? lookup : { ...lookup, default: 'DHL' }
      return { ...definition, enrich: { carrier: enrichSchema.parse(entry) } }
    }
    const held = recorded.map((one) => ({ ...one, unanswered: ['carrier'] }))
    const live = side(asked('ask'))
    assert.equal(simulate(live, side(asked('ask')), held).same, 4)
    assert.deepEqual(simulate(live, side(asked('ask')), held).routes, [
      { name: '(carrier had no answer)', before: 4, after: 4 },
    ])
    const freed = simulate(live, side(asked('default')), held)
    assert.equal(freed.newlyRouted.length, 4)
    assert.equal(simulate(live, side(definition), recorded).same, 4, 'what nothing had stopped is decided')
  })
  test('names the runs that no rule would take any more', () => {
    const { newlyUnrouted, newlyRouted } = draft(({ rules }) => rules.pop())
    assert.deepEqual({ newlyUnrouted, newlyRouted }, { newlyUnrouted: ['run_3'], newlyRouted: [] })
  })
  test('counts a new owner of the same route as a move', () => {
    const { moved } = draft(({ routes }) => {
      routes.refund!.owner = ['@ada']
    })
    assert.deepEqual(moved, [
      {
        from: 'refund by "gone" (round_robin("@support"))',
        to: 'refund by "gone" (@ada)',
        count: 1,
        runs: ['run_2'],
      },
    ])
  })
})
