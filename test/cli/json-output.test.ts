// JSON on a terminal: whatever a webhook brings, the terminal obeys nothing of it, and a script reads the same values.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from '../../src/domain/values/exact-number.ts'
import { escapedJson } from '../../src/domain/text/unprintable.ts'
import { makeLog } from '../../src/log.ts'
import { startBot } from '../bot.ts'
import { signalbox } from './command.ts'

const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at)
/** What a terminal obeys, or what turns text round; without what JSON itself is laid out with. */
const codes = [
  ...from(0x00, 0x09),
  ...from(0x0b, 0x1f),
  ...from(0x7f, 0x9f),
  0x061c,
  ...from(0x200e, 0x200f),
  ...from(0x202a, 0x202e),
  ...from(0x2066, 0x2069),
]
const obeyed = codes.map((code) => String.fromCharCode(code))
const obeyedIn = (text: string): string[] => obeyed.filter((one) => text.includes(one))
/** All but U+0000, which the database does not keep. */
const ALL = obeyed.slice(1).join('x')
const BIG = '12345678901234567890.10'

test('JSON without what a terminal obeys says the same', () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom(...obeyed, '\\', '"', 'u'), fc.string({ unit: 'binary' })),
  })
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(text, tie('any'), { maxKeys: 3 }),
    ),
  })).any
  fc.assert(
    fc.property(value, (one) => {
      const json = escapedJson(JSON.stringify(one))
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(one)))
      assert.deepEqual(obeyedIn(json), [])
    }),
  )
})

test('a line of the log has nothing in it that a terminal obeys', () => {
  const lines: string[] = []
  const log = makeLog('info', { write: (line) => void lines.push(line) })
  log.info({ target: ALL, err: new Error(ALL) }, ALL)
  assert.deepEqual(obeyedIn(lines[0] ?? '?'), [])
  assert.equal((JSON.parse(lines[0] ?? '') as { target: string }).target, ALL)
})

test('what a webhook brings is escaped in the JSON of every command, exact numbers stay exact', async (t) => {
  const bot = await startBot(t)
  await bot.publish({
    odd: `
workflow: odd
title: ${JSON.stringify(ALL.replaceAll(/[^\u0080-\u2069]/g, ''))}
owner: "@ada"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.id
fields: { id: { type: string }, amount: { type: number } }
rules: [{ rule: all, when: 'record.amount > 1', route: end }]
routes: { end: { review: { by: "@ada" }, outcome: achieved } }
`,
  })
  const id = `id ${ALL.replaceAll(/[\t\n\r]/g, '')}`
  const event = `{"id": ${JSON.stringify(id)}, "amount": ${BIG}, ${JSON.stringify(ALL)}: ${JSON.stringify([ALL])}}`
  const { status, body } = await bot.send('odd', event)
  assert.equal(status, 202)
  await bot.untilIdle()
  const said = async (...words: string[]) => {
    const { code, stdout, stderr } = await signalbox(bot.env, ...words, '--json')
    assert.equal(code, 0, stderr)
    assert.deepEqual(obeyedIn(stdout), [], words.join(' '))
    return { stdout, value: parseJson(stdout) }
  }
  const { stdout, value } = await said('explain', body.run)
  assert.ok(stdout.includes(BIG), 'the number as it came')
  const { run } = value as { run: { subject: string } }
  assert.equal(run.subject, id)
  await said('status', body.run)
  await said('list')
  await said('export', 'odd')
  await said('resolve', body.run, '--dismiss', `because ${ALL}`, '--as', '@ada')
  await said('audit', 'list')
})
