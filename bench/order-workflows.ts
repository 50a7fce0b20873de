// Workflows for benches and the plans test: orders whose rules let most of them through, and four as four teams would have
// them, with a few kinds of exceptions each.

/** Anyone may send: it is the commit that is measured. */
const sender = '{ verify: { scheme: none }, id: event.order_id }'

/** All but the rules and routes. */
const head = (key: string, channel?: string, trigger = `webhook: ${sender}`) => `
workflow: ${key}
owner: "@ops-lead"
${channel === undefined ? '' : `channel: "${channel}"`}
trigger: { ${trigger} }
subject: event.order_id
fields:
  order_id: { type: string, minLength: 1, from: event.order_id }
  status: { type: string, from: event.status }
  amount: { type: number, from: event.amount }
`

/** Orders that are closed, but for canceled and large ones. `close`: that route, as YAML on one line. */
export const orders = (close = '{ outcome: achieved }') => `${head('orders')}
rules:
  - { rule: gone, when: 'record.status == "canceled"', route: look }
  - { rule: large, when: 'record.amount > 1000.0', route: look }
  - { rule: rest, when: 'true', route: close }
routes:
  close: ${close}
  look: { exception: { reason: needs_judgement } }
`

const workflow = (key: string, channel: string) => `${head(key, channel)}
rules:
  - { rule: gone, when: 'record.status == "canceled"', route: gone }
  - { rule: odd, when: 'record.status == "odd"', route: odd }
  - { rule: late, when: 'record.status == "late"', route: late }
  - { rule: large, when: 'record.amount > 1000.0', route: look }
  - { rule: rest, when: 'true', route: close }
routes:
  close: { outcome: achieved }
  look: { exception: { reason: needs_judgement } }
  gone: { exception: { reason: needs_judgement } }
  odd: { exception: { reason: needs_judgement } }
  late: { exception: { reason: needs_judgement } }
`

export const orderWorkflows = [
  workflow('orders', '#ops-exceptions'),
  workflow('refunds', '#finance'),
  workflow('returns', '#customer-care'),
  workflow('leads', '#sales'),
]
/** Statuses that stop a run, each by a route of its own. */
export const stoppingStatuses = ['canceled', 'odd', 'late']

/** A source, and five workflows that take from it: one of them wants an order. */
export const sharedSource = `sources: { shop: ${sender} }\n`
export const sharedOrders = [0, 1, 2, 3, 4].map(
  (n) => `${head(`shared-${n}`, '#ops-exceptions', `source: shop, when: 'int(event.amount) % 5 == ${n}'`)}
rules: [{ rule: rest, when: 'true', route: close }]
routes: { close: { outcome: achieved } }
`,
)
