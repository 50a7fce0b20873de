// A text of an action that is too long for one message: all of it arrives, in a thread, once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeBackMessages } from '../../src/db/audit/erase.ts'
import { startBot } from '../bot.ts'

const flow = `
workflow: notes
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
fields: { note: { type: string, from: event.note } }
rules: [{ rule: all, when: 'true', route: tell }]
routes:
  tell:
    actions: [{ action: tell, retry: { attempts: 4, first: 1s }, slack: { channel: "#customer-care", text: "Note \${record.note}" } }]
    outcome: achieved
`

test('50,000 characters of an action are all posted, an emoji at the border whole, and taken back whole', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ notes: flow })
  const family = '👨‍👩‍👧‍👦'
  const note = `${'x'.repeat(29_990)}${family}${'y'.repeat(20_000)}`
  const { body } = await bot.send('notes', { note })
  await bot.untilIdle()

  const { messages } = await bot.control.messages({ channel: '#customer-care', limit: 100 })
  const root = messages.find(({ text }) => text.startsWith('Note x'))
  assert.ok(root)
  assert.match(root.text, /\n_Part 1 of 2: continued in the thread\._$/)
  const thread = await bot.control.messages({ channel: '#customer-care', thread: root.ts })
  const texts = [root.text.replace(/\n_Part.*$/, ''), ...thread.messages.slice(1).map(({ text }) => text)]
  assert.equal(texts.join(''), `Note ${note}`)
  assert.ok(texts[1]?.startsWith(family))

  const { prisma } = bot.app.db
  const attempt = await prisma.attempt.findFirstOrThrow({ where: { runId: body.run } })
  assert.match(
    attempt.answer ?? '',
    /^posted as \d+\.\d+ in C\w+, too long for one message: continued in its thread as/,
  )
  await bot.app.db.transaction((tx) => takeBackMessages(tx, [body.run], new Date()))
  const cards = await prisma.card.findMany({ where: { kind: 'message' } })
  assert.deepEqual(new Set(cards.map(({ ts }) => ts)), new Set([root.ts, thread.messages[1]?.ts]))
})

test('a later try goes on where an earlier one ended: no part twice', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ notes: flow })
  await bot.control.fault({ kind: 'server_error_after_success', method: 'chat.postMessage', count: 2 })
  await bot.send('notes', { note: 'z'.repeat(70_000) })
  await bot.untilIdle()
  assert.equal(await bot.app.db.prisma.attempt.count({ where: { state: 'done' } }), 1)
  const { messages } = await bot.control.messages({ channel: '#customer-care', limit: 100 })
  const [root, ...others] = messages.filter(({ text }) => text.startsWith('Note z'))
  assert.ok(root)
  assert.equal(others.length, 0)
  const thread = await bot.control.messages({ channel: '#customer-care', thread: root.ts })
  assert.equal(thread.messages.length, 3)
  assert.equal(thread.messages.map(({ text }) => text.replaceAll(/[^z]/g, '')).join('').length, 70_000)
})

test('a text of more parts than are posted is refused at once, and is with a person', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ notes: flow })
  // Each is five characters once it is escaped.
  const { body } = await bot.send('notes', { note: '&'.repeat(300_000) })
  await bot.untilIdle()
  const open = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
  assert.equal(open.reason, 'action_refused')
  assert.match(open.detail, /at most can be posted/)
})
