// kill -9 around the commit of a delivery: its sender comes again, and each workflow has its run once.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { countDeliveries } from '../../src/db/digest/delivery-ledger.ts'
import { countLedger, readLedger } from '../../src/db/digest/ledger.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { startLocalSlack } from '../../src/local-slack/server.ts'
import { testDatabase } from '../database.ts'
import { startBotChild } from '../engine/bot-child.ts'
import { SECRET, send, standards, taker } from './sources.ts'

const EVENTS = 6
/** Every event, one of two, none. */
const workflows = [
  taker('all', 'source: shop, when: event.n >= 0'),
  taker('even', "source: shop, when: 'int(event.n) % 2 == 0'"),
  taker('none', 'source: shop, when: event.n < 0'),
]

const sendAll = (url: string): Promise<number[]> =>
  Promise.all(
    Array.from({ length: EVENTS }, (_, n) =>
      send(`${url}/in/shop`, { id: `e${n}`, n }).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  )

for (const point of ['capture.before', 'capture.committed', 'capture.before:2', 'capture.committed:2'])
  test(`killed at ${point}, a source loses nothing and starts nothing twice`, async (t) => {
    const database = await testDatabase()
    const slack = await startLocalSlack({
      port: 0,
      dataDir: mkdtempSync(join(tmpdir(), 'signalbox-slack-')),
      rateLimits: false,
    })
    t.after(async () => {
      await slack.stop()
      await database.remove()
    })
    const { botToken, appToken, signingSecret, apiUrl } = slack.credentials
    const given = {
      slack: { botToken, appToken, signingSecret, apiUrl },
      workflows,
      standards: standards(),
      clockAheadMs: 0,
    }
    const env = { ...database.env, HOOK: SECRET }
    const first = await startBotChild(t, { env, given, failAt: point })
    const ended = once(first.child, 'exit')
    // One alone, so that the second commit is one of several.
    const alone = await send(`${first.url}/in/shop`, { id: 'e0', n: 0 }).catch(() => undefined)
    const earlier = await sendAll(first.url)
    await ended
    assert.equal(first.child.signalCode, 'SIGKILL')

    const second = await startBotChild(t, { env, given: { ...given, clockAheadMs: 600_000 } })
    const again = await sendAll(second.url)
    assert.ok(again.every((status, n) => status === (earlier[n] === 202 ? 200 : status)))
    if (alone?.status === 202) assert.equal(again[0], 200)
    await second.tell({ clockAheadMs: 600_000 })
    assert.equal(await second.tell({ drain: true }), 'drained')
    assert.equal(await second.tell({ stop: true }), 'stopped')

    const db = await openDatabase(database.options)
    try {
      const { deliveries, taken, ignored, runs, unaccounted } = await countDeliveries(db.prisma)
      assert.deepEqual([deliveries, taken, ignored, runs, unaccounted], [EVENTS, EVENTS, 0, EVENTS * 1.5, 0])
      const ledger = await readLedger(db.prisma)
      assert.deepEqual(
        [ledger.accepted, ledger.outcomes, ledger.unaccounted],
        [EVENTS * 1.5, EVENTS * 1.5, 0],
      )
      assert.deepEqual(await countLedger(db.prisma), ledger)
    } finally {
      await db.close()
    }
  })
