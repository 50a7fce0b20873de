// What a decision costs: µs over 10 to 10,000 rules, beside closures written by hand and beside json-rules-engine,
// for the same rules in the same run. Two kinds of rules: ones that each ask another value of one field (which the
// index answers), and ranges (which are walked).
import { Engine, type RuleProperties } from 'json-rules-engine'
import { compileWorkflow } from '../src/domain/compile.ts'
import type { Scope } from '../src/domain/decision.ts'
import { definitionSchema } from '../src/domain/definition.ts'
import { noStandards } from '../src/domain/standards.ts'
import { atMost } from './aims.ts'
import { report } from './server.ts'

type Order = { sku: string; amount: number; country: string; status: string }
type Kind = {
  name: string
  when: (at: number) => string
  closure: (at: number) => (order: Order) => boolean
  conditions: (at: number) => { fact: keyof Order; operator: string; value: unknown }[]
}

const kinds: Kind[] = [
  {
    name: 'equality',
    when: (at) => `record.sku == "s${at}" && record.amount > 10 && record.country == "DE"`,
    closure: (at) => (order) => order.sku === `s${at}` && order.amount > 10 && order.country === 'DE',
    conditions: (at) => [
      { fact: 'sku', operator: 'equal', value: `s${at}` },
      { fact: 'amount', operator: 'greaterThan', value: 10 },
      { fact: 'country', operator: 'equal', value: 'DE' },
    ],
  },
  {
    name: 'ranges',
    when: (at) =>
      `record.amount > ${1000 + at} && record.country == "DE" && record.status in ["open", "new"]`,
    closure: (at) => (order) =>
      order.amount > 1000 + at &&
      order.country === 'DE' &&
      (order.status === 'open' || order.status === 'new'),
    conditions: (at) => [
      { fact: 'amount', operator: 'greaterThan', value: 1000 + at },
      { fact: 'country', operator: 'equal', value: 'DE' },
      { fact: 'status', operator: 'in', value: ['open', 'new'] },
    ],
  },
]

const compiled = (kind: Kind, count: number) =>
  compileWorkflow(
    definitionSchema.parse({
      workflow: 'bench',
      trigger: { command: {} },
      fields: {
        sku: { type: 'string' },
        amount: { type: 'number' },
        country: { type: 'string' },
        status: { type: 'string' },
      },
      rules: [
        ...Array.from({ length: count }, (_, at) => ({ rule: `r${at}`, when: kind.when(at), route: 'end' })),
        { rule: 'rest', when: 'true', route: 'end' },
      ],
      routes: { end: { outcome: 'achieved' } },
    }),
    noStandards,
  )

/** Records spread over the rules, half of which match none but the last. */
const orders = (count: number): Order[] =>
  Array.from({ length: 64 }, (_, at) => ({
    sku: `s${Math.floor((at * count) / 64)}`,
    amount: at % 2 === 0 ? 20 : 500,
    country: at % 4 < 2 ? 'DE' : 'FR',
    status: 'open',
  }))

/** The same rules in json-rules-engine: the first that holds ends the walk, as priorities give them an order. */
const otherEngine = (kind: Kind, count: number): Engine => {
  const rules = Array.from({ length: count }, (_, at): RuleProperties => ({
    conditions: { all: kind.conditions(at) },
    event: { type: `r${at}` },
    priority: count - at,
    onSuccess: () => {
      engine.stop()
    },
  }))
  const engine = new Engine(rules)
  return engine
}

/** µs a call of something that takes long and is asynchronous: the mean over at least 100 ms and 3 calls. */
const costLater = async (work: (at: number) => Promise<unknown>): Promise<number> => {
  await work(0)
  const start = performance.now()
  let calls = 0
  while (calls < 3 || performance.now() - start < 100) {
    await work(calls % 64)
    calls += 1
  }
  return ((performance.now() - start) * 1000) / calls
}

/** µs a call: the best of forty short rounds, so that neither a busy machine nor code that is still cold weighs much. */
const cost = (work: (at: number) => unknown): number => {
  let best = Infinity
  for (let round = 0; round < 40; round += 1) {
    const until = performance.now() + 10
    let calls = 0
    const start = performance.now()
    while (performance.now() < until) for (let at = 0; at < 64; at += 1, calls += 1) work(at)
    best = Math.min(best, ((performance.now() - start) * 1000) / calls)
  }
  return best
}

const noOrder: Order = { sku: '', amount: 0, country: '', status: '' }
const scopeOf = (record: Order): Scope => ({
  record,
  input: { body: {}, headers: {} },
  vars: {},
  now: new Date(0),
})

interface Result {
  kind: string
  rules: number
  match: number
  closures: number
  ratio: number
  decide: number
  jsonRulesEngine: number
}
const results: Result[] = []
for (const kind of kinds) {
  for (const rules of [10, 100, 1000, 10_000]) {
    const { match, decide } = compiled(kind, rules)
    const closures = Array.from({ length: rules }, (_, at) => kind.closure(at))
    const engine = otherEngine(kind, rules)
    const records = orders(rules)
    const scopes = records.map(scopeOf)
    const ours = cost((at) => match(scopes[at] ?? scopeOf(noOrder)))
    const byHand = cost((at) => closures.findIndex((holds) => holds(records[at] ?? noOrder)))
    const withTrace = cost((at) => decide(scopes[at] ?? scopeOf(noOrder)))
    const other = await costLater((at) => engine.run({ ...(records[at] ?? noOrder) }))
    results.push({
      kind: kind.name,
      rules,
      match: ours,
      closures: byHand,
      ratio: ours / byHand,
      decide: withTrace,
      jsonRulesEngine: other,
    })
  }
}

const round = (value: number): number => Math.round(value * 100) / 100
const of = (rules: number) =>
  results.find((result) => result.kind === 'equality' && result.rules === rules)?.match ?? NaN
report('decide', {
  rows: results.map(({ kind, rules, match, closures, ratio, decide, jsonRulesEngine }) => ({
    kind,
    rules,
    'match µs': round(match),
    'closures µs': round(closures),
    'times closures': round(ratio),
    'with trace µs': round(decide),
    'json-rules-engine µs': round(jsonRulesEngine),
  })),
  aims: [atMost('10,000 rules on equality, of 100', of(10_000) / of(100), 10)],
})
