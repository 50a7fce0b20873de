// A sound file. The wrong files beside this one are it with one thing changed: where the complaint stands, what it says.
export const sound = `workflow: order-delivery
title: Order delivery
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger:
  webhook: { verify: { scheme: none }, allow_unsigned: true, id: event.order_id }
subject: event.order_id
fields:
  order_id: { type: string, from: event.order_id }
  status: { type: string, enum: [created, shipped, delivered, canceled] }
  amount: { type: number, missing: default, default: 0 }
  delivered: { type: timestamp, missing: ignore }
rules:
  - { rule: gone, when: 'record.status == "canceled"', route: refund }
  - { rule: large, when: 'record.amount > 100', route: check }
  - { rule: rest, when: 'true', route: close }
routes:
  refund:
    owner: round_robin("@support")
    review: { by: role:leads, when: 'record.amount > 10' }
    actions:
      - action: pay
        http: { url: "\${vars.shop}/refunds", json: { order: "\${record.order_id}" } }
    outcome: achieved
  check: { exception: { reason: needs_judgement, text: "Look at \${record.order_id}" } }
  close: { outcome: achieved }
sla: { respond: 30m, calendar: business, escalate: [{ after: 1h, to: role:leads }] }
tests:
  - test: a cancelled order is refunded
    event: { order_id: "1", status: canceled }
    expect: { route: refund, rule: gone }
`

export const standardsSource = `standards: { require: [owner, sla, catch_all, tests] }
channels: { exceptions: "#ops-exceptions" }
roles: { leads: ["@ada"] }
calendars: { business: { timezone: Europe/Berlin, hours: "Mon-Fri 09:00-17:00", holidays: DE } }
vars: { shop: "https://shop.example", scheme: "https:" }
connections: { shop-api: { url: "https://api.shop.example" } }
`

export type Wrong = {
  why: string
  change: [from: string, to: string]
  line: number
  says: string
  hint?: string
  severity?: 'warning'
  /** Further places that are wrong because of the same thing. */
  also?: number
}
