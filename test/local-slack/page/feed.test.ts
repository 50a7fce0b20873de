// How the page's state follows the feed: messages in their place, unread counts, a list that never grows on.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FeedEvent } from '../../../src/local-slack/page-contract.ts'
import { applyEvent, needsReload, windowSize, withOlder } from '../../../src/local-slack/page/feed.js'

const message = (ts: string, more: object = {}) => ({
  channel: 'C1',
  ts,
  user: 'U2',
  text: ts,
  threadTs: null,
  isBroadcast: false,
  ephemeralTo: null,
  ...more,
})

const list = (...stamps: string[]) => ({
  channel: 'C1',
  messages: stamps.map((ts) => message(ts)),
  before: null,
  hasNewer: false,
})

const state = (more: object = {}) => ({
  workspace: {
    as: 'U1',
    channels: [
      { id: 'C1', unread: 0, lastRead: '0', latest: null },
      { id: 'C2', unread: 0, lastRead: '0', latest: null },
    ],
    people: [{ id: 'U1', name: 'Ada' }],
    views: [],
    faults: [],
  },
  list: list('1.0', '3.0'),
  thread: null,
  deliveries: [],
  ...more,
})

const arrives = (given: object, isNew = true) =>
  ({ seq: 1, kind: 'message', isNew, message: given }) as unknown as FeedEvent

const stamps = (one: { messages: { ts: string }[] }) => one.messages.map(({ ts }) => ts)

describe('a message that arrives', () => {
  test('goes to its place by time, once', () => {
    const once = applyEvent(state(), arrives(message('2.0')))
    assert.deepEqual(stamps(applyEvent(once, arrives(message('2.0'))).list), ['1.0', '2.0', '3.0'])
  })
  test('replaces itself when it is changed, and counts nothing', () => {
    const next = applyEvent(state(), arrives(message('3.0', { text: 'edited' }), false))
    assert.equal(next.list.messages[1].text, 'edited')
    assert.equal(next.workspace.channels[0].unread, 0)
  })
  test('counts as unread, but not one of my own', () => {
    const theirs = applyEvent(state(), arrives(message('9.0', { channel: 'C2' })))
    assert.equal(theirs.workspace.channels[1].unread, 1)
    const mine = applyEvent(state(), arrives(message('9.0', { channel: 'C2', user: 'U1' })))
    assert.equal(mine.workspace.channels[1].unread, 0)
  })
  test('as a reply stands in its thread and not in the channel', () => {
    const open = state({ thread: { ...list('3.0'), ts: '3.0' } })
    const next = applyEvent(open, arrives(message('4.0', { threadTs: '3.0' })))
    assert.deepEqual(stamps(next.thread), ['3.0', '4.0'])
    assert.deepEqual(stamps(next.list), ['1.0', '3.0'])
  })
  test('never makes the list longer than its window', () => {
    let next = state({ list: list() })
    for (let at = 1; at <= windowSize + 50; at++) next = applyEvent(next, arrives(message(`${at}.0`)))
    assert.equal(next.list.messages.length, windowSize)
    assert.equal(next.list.before, '51.0')
  })
})

test('older messages come in front, and what is too many goes at the newer end', () => {
  const many = Array.from({ length: windowSize }, (_, at) => `${1000 + at}.0`)
  const next = withOlder(
    { ...list(...many), before: '1000.0' },
    { messages: [message('999.0')], before: null },
  )
  assert.equal(next.messages[0].ts, '999.0')
  assert.equal(next.messages.length, windowSize)
  assert.equal(next.hasNewer, true)
})

test('what is read elsewhere is no longer unread; what others read says nothing', () => {
  const unread = applyEvent(state(), arrives(message('9.0', { channel: 'C2' })))
  const read = (user: string) =>
    applyEvent(unread, { seq: 2, kind: 'read', user, channel: 'C2', lastRead: '9.0' }).workspace.channels[1]
      .unread
  assert.equal(read('U2'), 1)
  assert.equal(read('U1'), 0)
})

test('a channel nobody knew, or a break in the feed, asks for the state anew', () => {
  assert.equal(needsReload(state(), { seq: 1, kind: 'reset' }), true)
  assert.equal(needsReload(state(), arrives(message('1.0', { channel: 'C9' }))), true)
  assert.equal(needsReload(state(), arrives(message('1.0'))), false)
})

const changed = (id: string, members: string[]) =>
  ({ seq: 1, kind: 'channel', channel: { id, members } }) as unknown as FeedEvent

test('a channel one was taken out of is gone, one that others are in is nothing new', () => {
  const ids = (event: FeedEvent) =>
    applyEvent(state(), event).workspace.channels.map((one: { id: string }) => one.id)
  assert.deepEqual(ids(changed('C2', ['U1', 'U2'])), ['C1', 'C2'])
  assert.deepEqual(ids(changed('C2', ['U2'])), ['C1'])
  assert.equal(needsReload(state(), changed('C9', ['U1'])), true)
  assert.equal(needsReload(state(), changed('C9', ['U2'])), false)
})
