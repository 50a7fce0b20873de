// kill -9 at every step of the way: nothing is lost, nothing done twice, and the law holds. On PostgreSQL there are two
// replicas: one dies, and the other does the rest. The embedded database has one process: it is started again.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { countLedger, readLedger } from '../../src/db/ledger.ts'
import { openDatabase } from '../../src/db/open.ts'
import { controlOf } from '../../src/local-slack/control-client.ts'
import { startLocalSlack } from '../../src/local-slack/server.ts'
import { isOnServer, testDatabase, type TestDatabase } from '../database.ts'
import { startTarget, type Target } from '../target.ts'
import { type BotChild, startBotChild } from './bot-child.ts'
import type { Given } from './bot-process.ts'

const AT_ONCE = 6
const MOST_ROUNDS = 30
/** Of the events of a round, so many are small enough to be paid. */
const PAID = 3
const workflow = (target: string) => `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields: { id: { type: string, from: event.id }, amount: { type: number, from: event.amount } }
rules: [{ rule: small, when: 'record.amount < 3.0', route: pay }, { rule: rest, when: 'true', route: look }]
routes:
  pay: { actions: [{ action: pay, http: { url: "${target}/pay", body: { id: "\${record.id}" } } }], outcome: achieved }
  look: { exception: { reason: needs_judgement, text: Look at it } }
`

interface World {
  database: TestDatabase
  target: Target
  given: Omit<Given, 'clockAheadMs'>
}

const startChild = (t: TestContext, { database, given }: World, failAt: string, clockAheadMs: number) =>
  startBotChild(t, { env: database.env, given: { ...given, clockAheadMs }, failAt })

/** Sends the events of a round to these in turn; resolves with the statuses, 0 where nobody answered. */
const sendRound = (urls: string[], round: number): Promise<number[]> =>
  Promise.all(
    Array.from({ length: AT_ONCE }, async (_, n) => {
      try {
        const response = await fetch(`${urls[n % urls.length]}/hooks/orders`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id: `o-${round}-${n}`, amount: n }),
        })
        await response.arrayBuffer()
        return response.status
      } catch {
        return 0
      }
    }),
  )

/** What must hold after `rounds` rounds were sent, whoever died meanwhile. */
async function check(world: World, slackUrl: string, rounds: number): Promise<void> {
  const events = rounds * AT_ONCE
  const db = await openDatabase(world.database.options)
  try {
    const ledger = await readLedger(db.prisma)
    assert.deepEqual([ledger.accepted, ledger.unaccounted, ledger.inFlight], [events, 0, 0])
    assert.deepEqual((await countLedger(db.prisma)).byOutcome, ledger.byOutcome)
    const runs = await db.prisma.run.findMany({ select: { subject: true } })
    assert.equal(new Set(runs.map(({ subject }) => subject)).size, events)
    const cards = await db.prisma.card.findMany({ where: { kind: 'exception' } })
    assert.equal(cards.length, events - rounds * PAID)
    // Posts that Slack took, by the card they are of.
    const calls = await controlOf(slackUrl).calls('chat.postMessage')
    const posts = calls.filter(({ answer }) => (answer as { ok: boolean }).ok)
    // Many of one kind in a minute stand under one card: those have none of their own.
    for (const { id, foldedInto } of cards) {
      const own = posts.filter(({ args }) => JSON.stringify(args).includes(id)).length
      assert.equal(own, foldedInto === null ? 1 : 0, `card ${id}`)
    }
  } finally {
    await db.close()
  }
  // A target that honours keys does the work once a key: one key an order, however often it was called.
  const keysOf = new Map<string, Set<unknown>>()
  for (const { body, headers } of world.target.requests) {
    const { id } = body as { id: string }
    keysOf.set(id, (keysOf.get(id) ?? new Set()).add(headers['idempotency-key']))
  }
  assert.equal(keysOf.size, rounds * PAID)
  for (const [id, keys] of keysOf) assert.equal(keys.size, 1, `${id} was sent under two keys`)
}

const points = [
  'capture.before',
  'capture.committed',
  'decide.before',
  'decide.written',
  'decide.committed',
  'act.started',
  'act.answered',
  'act.committed',
  'post.noted',
  'post.answered',
  'settle.claimed',
  'settle.committed',
]

const AHEAD_MS = 120_000
const isDead = ({ child }: BotChild) => child.signalCode !== null

describe('killed at', () => {
  for (const point of points)
    test(`${point}: each event is there once, and ends once`, async (t) => {
      const database = await testDatabase()
      const slack = await startLocalSlack({
        port: 0,
        dataDir: mkdtempSync(join(tmpdir(), 'signalbox-slack-')),
        rateLimits: false,
      })
      const target = await startTarget(t)
      t.after(async () => {
        await slack.stop()
        await database.remove()
      })
      const { botToken, appToken, signingSecret, apiUrl } = slack.credentials
      const world: World = {
        database,
        target,
        given: { slack: { botToken, appToken, signingSecret, apiUrl }, workflow: workflow(target.url) },
      }
      const first = await startChild(t, world, point, 0)
      const beside = isOnServer() ? await startChild(t, world, '', 0) : undefined
      const sent: number[][] = []
      // Of two replicas either may take up what arrives: until the one with the fail point did.
      while (!isDead(first) && sent.length < (beside ? MOST_ROUNDS : 1)) {
        const statuses = await sendRound(beside ? [first.url, beside.url] : [first.url], sent.length)
        assert.ok(statuses.every((status) => status === 202 || status === 0))
        sent.push(statuses)
        await first.tell({ drain: true })
        if (point.startsWith('settle.')) await first.tell({ settle: true })
      }
      if (!isDead(first)) await once(first.child, 'exit')
      assert.equal(first.child.signalCode, 'SIGKILL')
      // Two minutes later, so that whatever the dead process held is free.
      const second = beside ?? (await startChild(t, world, '', AHEAD_MS))
      if (beside) await beside.tell({ clockAheadMs: AHEAD_MS })
      for (const [round, before] of sent.entries()) {
        const after = await sendRound([second.url], round)
        assert.ok(after.every((status) => status === 202 || status === 200))
        // What was accepted before is known: it is not accepted a second time.
        assert.ok(after.every((status, n) => before[n] !== 202 || status === 200))
      }
      assert.equal(await second.tell({ drain: true }), 'drained')
      assert.equal(await second.tell({ stop: true }), 'stopped')
      await check(world, slack.url, sent.length)
    })
})
