// What a decision costs: µs over 10 to 10,000 rules, beside closures written by hand and beside json-rules-engine,
// for the same rules in the same run. The kinds are what an index over rules has to answer, each beside conditions that
// all rules share.
import { Engine, type RuleProperties } from 'json-rules-engine'
import { compileWorkflow } from '../src/domain/compile/compile.ts'
import type { Scope } from '../src/domain/rules/decision.ts'
import { definitionSchema } from '../src/domain/workflow-file/definition.ts'
import { noStandards } from '../src/domain/workflow-file/standards.ts'
import { atMost } from './aims.ts'
import { report } from './server.ts'

type Order = {
  sku: string
  code: string
  amount: number
  country: string
  status: string
  placed: string
}
type Condition = { fact: keyof Order; operator: string; value: unknown }
type Kind = {
  name: string
  when: (at: number, count: number) => string
  closure: (at: number, count: number) => (order: Order) => boolean
  conditions: (at: number, count: number) => Condition[]
}

const dayOf = (at: number): string => new Date(Date.UTC(2000, 0, 1 + at)).toISOString()
/** Rules of a table with as many rows as columns. */
const sideOf = (count: number): number => Math.ceil(Math.sqrt(count))
const inGermany: Condition = { fact: 'country', operator: 'equal', value: 'DE' }

const kinds: Kind[] = [
  {
    name: 'equality',
    when: (at) => `record.sku == "s${at}" && record.amount > 10 && record.country == "DE"`,
    closure: (at) => (order) => order.sku === `s${at}` && order.amount > 10 && order.country === 'DE',
    conditions: (at) => [
      { fact: 'sku', operator: 'equal', value: `s${at}` },
      { fact: 'amount', operator: 'greaterThan', value: 10 },
      inGermany,
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
      inGermany,
      { fact: 'status', operator: 'in', value: ['open', 'new'] },
    ],
  },
  {
    name: 'bands',
    when: (at) => `record.amount > ${10 * at} && record.amount <= ${10 * at + 10} && record.country == "DE"`,
    closure: (at) => (order) =>
      order.amount > 10 * at && order.amount <= 10 * at + 10 && order.country === 'DE',
    conditions: (at) => [
      { fact: 'amount', operator: 'greaterThan', value: 10 * at },
      { fact: 'amount', operator: 'lessThanInclusive', value: 10 * at + 10 },
      inGermany,
    ],
  },
  {
    name: 'table',
    when: (at, count) =>
      `record.sku == "s${at % sideOf(count)}" && record.amount > ${Math.floor(at / sideOf(count))} && record.country == "DE"`,
    closure: (at, count) => (order) =>
      order.sku === `s${at % sideOf(count)}` &&
      order.amount > Math.floor(at / sideOf(count)) &&
      order.country === 'DE',
    conditions: (at, count) => [
      { fact: 'sku', operator: 'equal', value: `s${at % sideOf(count)}` },
      { fact: 'amount', operator: 'greaterThan', value: Math.floor(at / sideOf(count)) },
      inGermany,
    ],
  },
  {
    name: 'times',
    when: (at) =>
      `record.placed >= timestamp("${dayOf(at)}") && record.placed < timestamp("${dayOf(at + 1)}") && record.country == "DE"`,
    closure: (at) => {
      const [from, to] = [dayOf(at), dayOf(at + 1)]
      return (order) => order.placed >= from && order.placed < to && order.country === 'DE'
    },
    conditions: (at) => [
      { fact: 'placed', operator: 'notBefore', value: dayOf(at) },
      { fact: 'placed', operator: 'before', value: dayOf(at + 1) },
      inGermany,
    ],
  },
  {
    name: 'prefixes',
    when: (at) => `record.code.startsWith("c${at}-") && record.country == "DE"`,
    closure: (at) => (order) => order.code.startsWith(`c${at}-`) && order.country === 'DE',
    conditions: (at) => [{ fact: 'code', operator: 'startsWith', value: `c${at}-` }, inGermany],
  },
]

const compiled = (kind: Kind, count: number) =>
  compileWorkflow(
    definitionSchema.parse({
      workflow: 'bench',
      trigger: { command: {} },
      fields: {
        sku: { type: 'string' },
        code: { type: 'string' },
        placed: { type: 'timestamp' },
        amount: { type: 'number' },
        country: { type: 'string' },
        status: { type: 'string' },
      },
      rules: [
        ...Array.from({ length: count }, (_, at) => ({
          rule: `r${at}`,
          when: kind.when(at, count),
          route: 'end',
        })),
        { rule: 'rest', when: 'true', route: 'end' },
      ],
      routes: { end: { outcome: 'achieved' } },
    }),
    noStandards,
  )

/** Records spread over the rules, half of which match none but the last; of ranges some meet none and some meet most. */
const ordersFor = (kind: Kind, count: number): Order[] =>
  Array.from({ length: 64 }, (_, at) => {
    const near = Math.floor((at * count) / 64)
    return {
      sku: `s${kind.name === 'table' ? near % sideOf(count) : near}`,
      code: `c${near}-17`,
      amount: kind.name === 'bands' ? 10 * near + 5 : at % 2 === 0 ? 20 : at % 16 === 1 ? 5000 : 500,
      country: at % 4 < 2 ? 'DE' : 'FR',
      status: 'open',
      placed: dayOf(near + 0.5),
    }
  })

/** The same rules in json-rules-engine: the first that holds ends the walk, as priorities give them an order. */
const otherEngine = (kind: Kind, count: number): Engine => {
  const rules = Array.from({ length: count }, (_, at): RuleProperties => ({
    conditions: { all: kind.conditions(at, count) },
    event: { type: `r${at}` },
    priority: count - at,
    onSuccess: () => {
      engine.stop()
    },
  }))
  const engine = new Engine(rules)
  engine.addOperator('startsWith', (fact: string, start: string) => fact.startsWith(start))
  engine.addOperator('before', (fact: string, time: string) => fact < time)
  engine.addOperator('notBefore', (fact: string, time: string) => fact >= time)
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

const noOrder: Order = { sku: '', code: '', amount: 0, country: '', status: '', placed: dayOf(0) }
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
    const closures = Array.from({ length: rules }, (_, at) => kind.closure(at, rules))
    const engine = otherEngine(kind, rules)
    const records = ordersFor(kind, rules)
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
const times = (kind: Kind): number => {
  const of = (rules: number) =>
    results.find((result) => result.kind === kind.name && result.rules === rules)?.match ?? Number.NaN
  return of(10_000) / of(100)
}
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
  aims: kinds.map((kind) => atMost(`10,000 rules on ${kind.name}, of 100`, times(kind), 5)),
})
