// A digest that does not reach its readers is known to somebody who can do something about it.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { digestPlain } from '../../src/cli/text/digest-formats.ts'
import { digestHtml } from '../../src/cli/text/digest-html.ts'
import { addAudit, notedHeads } from '../../src/db/audit/audit.ts'
import { chainHead } from '../../src/db/audit/audit-chain.ts'
import { claimDigest } from '../../src/db/digest/digests.ts'
import { readLedger } from '../../src/db/digest/ledger.ts'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowNamed } from '../../src/domain/digest/digest-window.ts'
import { watchDelivery } from '../../src/pipeline/watch/delivery.ts'
import { makeCatalog } from '../../src/workflow/catalog.ts'
import { startEdge, type TestEdge } from '../slack/edge.ts'

const MINUTE = 60_000
const week = windowNamed('2026-W47', 'Europe/Berlin') ?? assert.fail()

test('a digest takes the head of the audit out of the database, where leaders do not read it', async (t) => {
  const it = await startEdge()
  t.after(() => it.close())
  await addAudit(it.db.prisma, {
    at: new Date(),
    actor: { id: 'UADA0001', surface: 'slack' },
    action: 'workflow.paused',
    target: 'orders',
  })
  const figures = await readDigestFigures(it.db, week, new Date())
  const head = await chainHead(it.db.prisma)
  assert.ok(head)
  await it.db.transaction((tx) =>
    claimDigest(tx, {
      name: 'weekly',
      window: week,
      channel: '#leadership',
      figures,
      at: new Date(),
      by: 'test',
    }),
  )
  await it.edge.notifier.drain()
  const message = await it.slack.control.waitForMessage({ channel: '#leadership' }, ({ text }) =>
    text.startsWith('Weekly digest'),
  )
  assert.deepEqual(
    [message.metadata?.event_payload['audit_row'], message.metadata?.event_payload['audit_hash']],
    [String(head.id), head.hash],
  )
  const text = digestText(figures, week)
  assert.ok(!JSON.stringify(message.blocks).includes(head.hash), 'in what leaders read')
  assert.ok(!digestPlain(text).includes(head.hash))
  assert.ok(digestHtml(text).includes(`For auditors: audit row ${head.id}, ${head.hash}`))
  assert.deepEqual(await notedHeads(it.db.prisma), [head.hash])
})

describe('a digest that is not delivered', () => {
  let it: TestEdge
  let now = new Date()
  before(async () => {
    it = await startEdge()
  })
  beforeEach(() => it.slack.control['clear-faults']({}))
  after(() => it.close())

  const submit = async (name: string, channel: string) => {
    const figures = await readDigestFigures(it.db, week, now)
    await it.db.transaction((tx) =>
      claimDigest(tx, { name, window: week, channel, figures, at: now, by: 'test' }),
    )
    await it.edge.notifier.drain()
  }
  const look = (afterMs: number) => {
    now = new Date(now.getTime() + afterMs)
    it.advance(afterMs)
    const catalog = makeCatalog(it.db, { publicUrl: () => 'http://127.0.0.1' })
    return watchDelivery({ db: it.db, catalog, clock: () => now, cardsChanged: () => {} })
  }
  const open = () => it.db.prisma.exception.findMany({ where: { state: 'open' } })

  test('is one exception once Slack had its time, and closes itself when the digest stands', async () => {
    await it.slack.control.fault({ kind: 'server_error', method: 'chat.postMessage' })
    await submit('weekly', '#leadership')
    assert.deepEqual(await look(MINUTE), { opened: 0, closed: 0 })
    const looks = await Promise.all([look(10 * MINUTE), look(0)])
    assert.equal(
      looks.reduce((sum, { opened }) => sum + opened, 0),
      1,
    )
    assert.deepEqual(await look(MINUTE), { opened: 0, closed: 0 })
    const [exception, ...others] = await open()
    assert.equal(others.length, 0)
    assert.equal(exception?.reason, 'action_failed')
    assert.match(exception?.detail ?? '', /^The digest “weekly” did not reach #leadership: /)
    await it.slack.control['clear-faults']({})
    it.advance(MINUTE)
    await it.edge.notifier.drain()
    assert.deepEqual(await look(MINUTE), { opened: 0, closed: 1 })
    assert.deepEqual(await open(), [])
  })

  test('to its own channel says so where it stands instead, and to the operators', async () => {
    await submit('lost', '#no-such-channel')
    assert.deepEqual(await look(11 * MINUTE), { opened: 1, closed: 0 })
    const [exception] = await open()
    assert.match(exception?.detail ?? '', /#no-such-channel.*does not exist.*It stands in another channel/)
    const { messages } = await it.slack.control.messages({ channel: '#ops-alerts' })
    assert.match(JSON.stringify(messages.at(-1)?.blocks[0]), /Meant for #no-such-channel/)
    assert.equal((await readLedger(it.db.prisma)).unaccounted, 0)
  })

  test('to one person goes to nobody else', async () => {
    // The card of the finding before this one may still be on its way.
    await it.edge.notifier.drain()
    const { messages: earlier } = await it.slack.control.messages({ channel: '#ops-alerts' })
    await submit('mine', 'U0GONE000')
    const { messages } = await it.slack.control.messages({ channel: '#ops-alerts' })
    assert.equal(messages.length, earlier.length)
    assert.deepEqual(await look(11 * MINUTE), { opened: 1, closed: 0 })
  })
})
