// kill -9 at every step of the way, then another start: nothing is lost, nothing done twice, and the law holds.
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
import { testDatabase, type TestDatabase } from '../database.ts'
import { startTarget, type Target } from '../target.ts'
import { startBotChild } from './bot-child.ts'
import type { Given } from './bot-process.ts'

const EVENTS = 6
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

/** Sends the events; resolves with the statuses, 0 where nobody answered. */
const sendAll = (url: string): Promise<number[]> =>
  Promise.all(
    Array.from({ length: EVENTS }, async (_, n) => {
      try {
        const response = await fetch(`${url}/hooks/orders`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id: `o-${n}`, amount: n }),
        })
        await response.arrayBuffer()
        return response.status
      } catch {
        return 0
      }
    }),
  )

async function check(world: World, slackUrl: string): Promise<void> {
  const db = await openDatabase(world.database.options)
  try {
    const ledger = await readLedger(db.prisma)
    assert.deepEqual([ledger.accepted, ledger.unaccounted, ledger.inFlight], [EVENTS, 0, 0])
    assert.deepEqual((await countLedger(db.prisma)).byOutcome, ledger.byOutcome)
    const runs = await db.prisma.run.findMany({ select: { subject: true } })
    assert.equal(new Set(runs.map(({ subject }) => subject)).size, EVENTS)
    const cards = await db.prisma.card.findMany({ where: { kind: 'exception' } })
    assert.equal(cards.length, EVENTS - 3)
    // Posts that Slack took, by the card they are of.
    const calls = await controlOf(slackUrl).calls('chat.postMessage')
    const posts = calls.filter(({ answer }) => (answer as { ok: boolean }).ok)
    for (const { id } of cards)
      assert.equal(posts.filter(({ args }) => JSON.stringify(args).includes(id)).length, 1, `card ${id}`)
  } finally {
    await db.close()
  }
  // A target that honours keys does the work once a key: one key an order, however often it was called.
  const keysOf = new Map<string, Set<unknown>>()
  for (const { body, headers } of world.target.requests) {
    const { id } = body as { id: string }
    keysOf.set(id, (keysOf.get(id) ?? new Set()).add(headers['idempotency-key']))
  }
  assert.equal(keysOf.size, 3)
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

describe('killed at', () => {
  for (const point of points)
    test(`${point}: after another start each event is there once, and ends once`, async (t) => {
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
      const before = await sendAll(first.url)
      assert.ok(before.every((status) => status === 202 || status === 0))
      await first.tell({ drain: true })
      if (point.startsWith('settle.')) await first.tell({ settle: true })
      if (first.child.signalCode === null) await once(first.child, 'exit')
      assert.equal(first.child.signalCode, 'SIGKILL')
      // Two minutes later, so that whatever the dead process held is free.
      const second = await startChild(t, world, '', 120_000)
      const after = await sendAll(second.url)
      assert.ok(after.every((status) => status === 202 || status === 200))
      // What was accepted before is known: it is not accepted a second time.
      assert.ok(after.every((status, n) => before[n] !== 202 || status === 200))
      assert.equal(await second.tell({ drain: true }), 'drained')
      assert.equal(await second.tell({ stop: true }), 'stopped')
      await check(world, slack.url)
    })
})
