// Slack is away while 2,000 exceptions open, some of which people resolve meanwhile: once it is back, how long until every
// card is right. Paced as Slack paces: one message a second in a channel.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { resolve } from '../../src/pipeline/exception/resolve.ts'
import { type Bot, startBot } from '../bot.ts'
import { testDatabase } from '../database.ts'
import { until } from '../until.ts'
import { seeCards } from './cards-right.ts'

/** EXCEPTIONS names another number, to try it out. */
const MANY = Number(process.env['EXCEPTIONS'] ?? 2000)
const EACH_MS = 75
const WITHIN_MS = 180_000
const WORKFLOWS = ['orders', 'refunds', 'payouts', 'leads', 'invoices', 'returns']
/** A value that is not accepted is a kind of its own for each field. */
const FIELDS = Array.from({ length: 16 }, (_, at) => `count_${at}`)
const CHANNELS = ['#ops-exceptions', '#customer-care']
const actor = { id: 'cli:ada', surface: 'cli' } as const

const flow = (workflow: string, at: number): string => `
workflow: ${workflow}
owner: "@ada"
channel: "${CHANNELS[at % CHANNELS.length]}"
access: { read: everyone }
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields: { amount: { type: number }, ${FIELDS.map((name) => `${name}: { type: integer, missing: ignore }`).join(', ')} }
rules:
  - { rule: large, when: record.amount > 500, route: pay }
  - { rule: small, when: record.amount > 0, route: go }
routes:
  pay: { review: { by: "@ada" }, actions: [], outcome: achieved }
  go: { actions: [], outcome: achieved }
`

/** Ways to need a person: a value missing or not accepted, no rule, approval. */
const BODIES = [
  {},
  { amount: 'x' },
  { amount: 0 },
  { amount: 900 },
  ...FIELDS.map((name) => ({ amount: 1, [name]: 'many' })),
]

async function openMany({ send }: Bot): Promise<void> {
  const begun = Date.now()
  for (let n = 0; n < MANY; n += 1) {
    const id = `X-${String(n).padStart(4, '0')}.`
    await send(WORKFLOWS[n % WORKFLOWS.length] ?? '', {
      id,
      ...BODIES[Math.floor(n / WORKFLOWS.length) % BODIES.length],
    })
    await pause(Math.max(0, begun + EACH_MS * n - Date.now()))
  }
}

test(`after an outage in which ${MANY} exceptions opened, every card is right within three minutes`, async (t) => {
  const database = await testDatabase()
  const bot = await startBot(t, { database, betweenPostsMs: 1000, rateLimits: true })
  const { db, queue, catalog } = bot.app
  await bot.publish(Object.fromEntries(WORKFLOWS.map((name, at) => [name, flow(name, at)])))
  await bot.control.fault({ kind: 'outage' })
  const opening = openMany(bot)
  let resolved = 0
  const resolving = (async () => {
    const deps = { db, queue, catalog, clock: () => new Date(), cardsChanged: () => {} }
    for (
      let isOver = false;
      !isOver;
      isOver = await Promise.race([opening.then(() => true), pause(1000, false)])
    ) {
      const some = await db.prisma.exception.findMany({
        where: { state: 'open' },
        take: 2,
        orderBy: { openedAt: 'desc' },
      })
      for (const { id } of some) {
        const resolution = { do: 'dismiss', note: 'test order' } as const
        const answer = await resolve(deps, { exceptionId: id, actor, resolution })
        assert.equal(answer.kind, 'resolved')
        resolved += 1
      }
    }
  })()
  await Promise.all([opening, resolving])
  await until('all stopped', async () => (await db.prisma.exception.count()) >= MANY)
  const asked = (await bot.control.calls()).length
  await bot.control['clear-faults']({})
  const back = performance.now()
  let seen = await seeCards(db, bot.control)
  for (
    ;
    seen.wrong.length > 0 && performance.now() - back < WITHIN_MS;
    seen = await seeCards(db, bot.control)
  )
    await pause(1000)
  const seconds = Math.round((performance.now() - back) / 1000)
  assert.deepEqual(seen.wrong.slice(0, 20), [], `${seen.wrong.length} cards are wrong after ${seconds} s`)
  t.diagnostic(
    `${seen.exceptions} exceptions (${seen.open} open, ${resolved} resolved meanwhile) on ${seen.messages} messages, right after ${seconds} s; ${asked} calls while Slack was away`,
  )
  assert.ok(seen.messages < 100, `${seen.messages} messages`)
})
