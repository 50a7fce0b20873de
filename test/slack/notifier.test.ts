// The notifier against a Slack that fails in every way it can: in the end one right card stands.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { wantCard } from '../../src/db/cards/cards.ts'
import { asWritten, type SlackText } from '../../src/domain/text/texts.ts'
import { CHANNEL, connected, startEdge, type TestEdge } from './edge.ts'
import { until } from '../until.ts'

describe('the notifier', () => {
  let it: TestEdge
  before(async () => {
    it = await startEdge()
  })
  beforeEach(() => it.slack.control['clear-faults']({}))
  after(() => it.close())

  const standing = async (subject: string, channel = CHANNEL) => {
    const { messages } = await it.slack.control.messages({ channel, limit: 1000 })
    return messages.filter((message) => JSON.stringify(message.blocks).includes(subject))
  }
  const want = (id: string) =>
    wantCard(it.db.prisma, { kind: 'exception', subjectId: id, channel: CHANNEL, at: new Date() })
  const row = (id: string) => it.db.prisma.card.findFirstOrThrow({ where: { subjectId: id } })
  /** Lets time pass until the card agrees, as the polls would. */
  const untilIdle = async (id: string) => {
    for (let turn = 0; turn < 12; turn += 1) {
      await it.edge.notifier.drain()
      const { wantedRevision, postedRevision } = await row(id)
      if (wantedRevision === postedRevision) return
      it.advance(61_000)
    }
    assert.fail(`the card never stood: ${JSON.stringify(await row(id))}`)
  }

  test('a post whose answer is lost is found again, not posted twice', async () => {
    await it.slack.control.fault({ kind: 'server_error_after_success', method: 'chat.postMessage', count: 1 })
    const id = await it.open({ subject: 'N-lost' })
    await it.edge.notifier.drain()
    assert.notEqual((await row(id)).postStartedAt, null)
    await untilIdle(id)
    assert.equal((await standing('N-lost')).length, 1)
    assert.equal((await row(id)).ts, (await standing('N-lost'))[0]?.ts)
  })

  test('nor in public channels that nobody invited the bot to: it joins each once, to look', async () => {
    const joins = async () => (await it.slack.control.calls('conversations.join')).length
    await it.slack.control.channel({ name: 'n-away', members: ['@ada'] })
    it.advance(31_000)
    for (const subject of ['N-away-1', 'N-away-2']) {
      const id = await it.open({ subject, channel: '#n-away' })
      await it.slack.control.fault({
        kind: 'server_error_after_success',
        method: 'chat.postMessage',
        count: 1,
      })
      await untilIdle(id)
      assert.equal((await standing(subject, '#n-away')).length, 1)
      assert.equal((await row(id)).ts, (await standing(subject, '#n-away'))[0]?.ts)
      assert.equal(await joins(), 1)
    }
  })

  test('nor where Slack asks to wait before it lets us join', async () => {
    await it.slack.control.channel({ name: 'n-later-in', members: ['@ada'] })
    it.advance(31_000)
    const id = await it.open({ subject: 'N-in', channel: '#n-later-in' })
    await it.slack.control.fault({ kind: 'server_error_after_success', method: 'chat.postMessage', count: 1 })
    await it.slack.control.fault({
      kind: 'rate_limited',
      method: 'conversations.join',
      count: 1,
      ms: 1000,
    })
    await untilIdle(id)
    assert.equal((await standing('N-in', '#n-later-in')).length, 1)
  })

  for (const error of ['too_many_members', 'is_archived', 'missing_scope'])
    test(`where Slack does not let it join (${error}), the card stands all the same`, async () => {
      const name = `n-${error}`
      await it.slack.control.channel({ name, members: ['@ada'] })
      it.advance(31_000)
      const id = await it.open({ subject: `N-${error}.`, channel: `#${name}` })
      await it.slack.control.fault({
        kind: 'server_error_after_success',
        method: 'chat.postMessage',
        count: 1,
      })
      await it.slack.control.fault({ kind: 'refused', method: 'conversations.join', error })
      await untilIdle(id)
      const [, last] = await standing(`N-${error}.`, `#${name}`)
      assert.equal((await row(id)).ts, last?.ts)
    })

  test('nor when Slack asks to wait before it lets us look for it', async () => {
    await it.slack.control.fault({ kind: 'server_error_after_success', method: 'chat.postMessage', count: 1 })
    const id = await it.open({ subject: 'N-unsure' })
    await it.edge.notifier.drain()
    await it.slack.control.fault({
      kind: 'rate_limited',
      method: 'conversations.history',
      count: 1,
      ms: 1000,
    })
    await untilIdle(id)
    assert.equal((await standing('N-unsure')).length, 1)
  })

  test('a process that dies between post and commit leaves one card, brought up to date by the next', async () => {
    const id = await it.open({ subject: 'N-died' })
    await untilIdle(id)
    const { id: card } = await row(id)
    // What the dead process leaves: the post begun and done, nothing written back, its lease still running.
    await it.db.prisma.card.update({
      where: { id: card },
      data: {
        ts: null,
        postedRevision: 0,
        postStartedAt: new Date(),
        leaseUntil: new Date(Date.now() + 3_600_000),
      },
    })
    await it.edge.notifier.drain()
    assert.equal((await row(id)).ts, null, 'the lease is respected')
    it.advance(3_700_000)
    await it.db.prisma.exception.update({ where: { id }, data: { ownerId: 'U0GRACE00' } })
    await untilIdle(id)
    assert.equal((await standing('N-died')).length, 1)
    assert.match(JSON.stringify(await standing('N-died')), /U0GRACE00/)
    it.advance(-3_700_000)
  })

  test('a channel that Slack is slow to take holds up no other', async () => {
    await it.slack.control.fault({ kind: 'slow', method: 'chat.postMessage', count: 1, ms: 3000 })
    const slow = await it.open({ subject: 'N-slow' })
    it.edge.notifier.wake()
    const begun = async () => (await row(slow)).postStartedAt !== null
    while (!(await begun())) await new Promise(setImmediate)
    await it.open({ subject: 'N-quick', channel: '#leadership' })
    it.edge.notifier.wake()
    while ((await standing('N-quick', '#leadership')).length === 0) await new Promise(setImmediate)
    assert.equal((await row(slow)).ts, null, 'the slow one is still under way')
    await untilIdle(slow)
    assert.equal((await standing('N-slow')).length, 1)
  })

  test('a clock that jumps while a card is posted makes no second one', async () => {
    await it.slack.control.fault({ kind: 'slow', method: 'chat.postMessage', count: 1, ms: 1500 })
    const id = await it.open({ subject: 'N-jump' })
    it.edge.notifier.wake()
    await until('the post is under way', async () => (await row(id)).postStartedAt !== null)
    it.advance(3_600_000)
    await untilIdle(id)
    assert.equal((await standing('N-jump')).length, 1)
    it.advance(-3_600_000)
  })

  test('two replicas post one card', async () => {
    const other = await it.replica()
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) => it.open({ subject: `N-pair-${index}.` })),
    )
    await Promise.all([it.edge.notifier.drain(), other.notifier.drain()])
    for (const [index, id] of ids.entries()) {
      await untilIdle(id)
      assert.equal((await standing(`N-pair-${index}.`)).length, 1)
    }
    await other.stop()
  })

  test('a 429 is waited for as long as Slack says, and nothing is lost', async () => {
    await it.slack.control.fault({ kind: 'rate_limited', method: 'chat.postMessage', count: 2, ms: 1000 })
    const id = await it.open({ subject: 'N-429' })
    await it.edge.notifier.drain()
    const waiting = await row(id)
    assert.equal(waiting.error, 'Slack asked to wait')
    assert.equal(waiting.tries, 0)
    await untilIdle(id)
    assert.equal((await standing('N-429')).length, 1)
  })

  test('after an outage each card is right once', async () => {
    await it.slack.control.fault({ kind: 'outage' })
    const ids = await Promise.all(
      Array.from({ length: 5 }, (_, index) => it.open({ subject: `N-out-${index}.` })),
    )
    const earlier = (await it.slack.control.calls('chat.postMessage')).length
    for (let minute = 0; minute < 60; minute += 20) {
      await it.edge.notifier.drain()
      it.advance(20 * 60_000)
    }
    const rows = await Promise.all(ids.map(row))
    assert.deepEqual([...new Set(rows.map(({ ts }) => ts))], [null])
    assert.ok(rows.some(({ error }) => error === 'http_503'))
    // Three in a row, and then one each time it is worth a try.
    assert.ok((await it.slack.control.calls('chat.postMessage')).length - earlier <= 5)
    await it.slack.control['clear-faults']({})
    await connected(it.slack, 'socket')
    for (const [index, id] of ids.entries()) {
      await untilIdle(id)
      assert.equal((await standing(`N-out-${index}.`)).length, 1)
    }
    it.advance(-3_600_000)
  })

  test('many changes in a row become few updates, and the last one stands', async () => {
    const id = await it.open({ subject: 'N-burst' })
    await untilIdle(id)
    const earlier = (await it.slack.control.calls('chat.update')).length
    for (let change = 0; change < 40; change += 1) {
      await it.db.prisma.exception.update({ where: { id }, data: { detail: `change ${change}.` } })
      await want(id)
    }
    await untilIdle(id)
    const updates = (await it.slack.control.calls('chat.update')).length - earlier
    assert.ok(updates <= 10, `${updates} updates`)
    assert.match(JSON.stringify(await standing('N-burst')), /change 39\./)
  })

  const broken: [string, string, (name: string) => Promise<unknown>][] = [
    ['does not exist', '#n-nowhere', async () => undefined],
    [
      'is archived',
      '#n-archived',
      async (name) => {
        await it.slack.control.channel({ name: name.slice(1) })
        await it.slack.control.channel({ channel: name, isArchived: true })
      },
    ],
    [
      'has not invited the bot',
      '#n-private',
      (name) => it.slack.control.channel({ name: name.slice(1), isPrivate: true, members: ['@ada'] }),
    ],
  ]
  for (const [what, channel, make] of broken) {
    test(`where the channel ${what}, the card stands in the alerts channel and says so`, async () => {
      await make(channel)
      const subject = `N-${channel.slice(1)}`
      const id = await it.open({ subject, channel })
      await untilIdle(id)
      const [message] = await standing(subject, '#ops-alerts')
      assert.match(JSON.stringify(message?.blocks), new RegExp(`Meant for ${channel}`))
      await it.db.prisma.exception.update({ where: { id }, data: { detail: 'changed later' } })
      await want(id)
      await untilIdle(id)
      const [updated] = await standing(subject, '#ops-alerts')
      assert.match(JSON.stringify(updated?.blocks), /changed later/)
      assert.match(JSON.stringify(updated?.blocks), new RegExp(`Meant for ${channel}`))
    })
  }

  test('when its channel is archived, an open card comes to the alerts channel by itself', async () => {
    await it.slack.control.channel({ name: 'n-later' })
    it.advance(31_000)
    const id = await it.open({ subject: 'N-later', channel: '#n-later' })
    await untilIdle(id)
    assert.equal((await standing('N-later', '#n-later')).length, 1)
    await it.slack.control.channel({ channel: '#n-later', isArchived: true })
    await it.slack.control.waitForMessage({ channel: '#ops-alerts' }, (message) =>
      JSON.stringify(message.blocks).includes('N-later'),
    )
  })

  test('a card that somebody deleted in Slack stands again when it changes while it is open', async () => {
    const id = await it.open({ subject: 'N-gone' })
    await untilIdle(id)
    await it.db.prisma.card.updateMany({ where: { subjectId: id }, data: { ts: '1600000000.000100' } })
    await want(id)
    await untilIdle(id)
    assert.notEqual((await row(id)).ts, '1600000000.000100')
  })

  test('an action posts once, also when the answer of its first try was lost', async () => {
    const id = await it.open({ subject: 'N-post' })
    const { runId } = await it.db.prisma.exception.findUniqueOrThrow({ where: { id } })
    const message = {
      runId,
      channel: '#customer-care',
      text: asWritten<SlackText>('Order P-1 came late'),
      key: 'key-p-1',
      channelId: undefined,
    }
    // Its card stands: the fault below is for the action's message alone.
    await untilIdle(id)
    const attempt = (number: number) =>
      it.db.prisma.attempt.create({
        data: {
          id: `att_p_${number}`,
          runId,
          step: 0,
          number,
          action: 'tell',
          target: 'slack',
          idempotencyKey: message.key,
          request: {},
          startedAt: new Date(),
        },
      })
    await it.slack.control.fault({ kind: 'server_error_after_success', method: 'chat.postMessage', count: 1 })
    await attempt(1)
    await assert.rejects(it.edge.post(message), { name: 'FaultError', retry: 'backoff' })
    await attempt(2)
    const { ts } = await it.edge.post(message)
    const { messages } = await it.slack.control.messages({ channel: message.channel, limit: 1000 })
    assert.deepEqual(
      messages.filter(({ text }) => text.includes('P-1')).map((one) => one.ts),
      [ts],
    )
  })

  test('an action in a channel that is not there is refused for good', async () => {
    await assert.rejects(
      it.edge.post({
        runId: 'run_none',
        channel: '#n-not-there',
        text: asWritten('x'),
        key: 'k',
        channelId: undefined,
      }),
      {
        name: 'FaultError',
        retry: 'never',
        code: 'channel_not_found',
      },
    )
  })
})
