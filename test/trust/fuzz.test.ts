// Whatever is thrown at the parsers that face outside: each reads it, or says in its own words that it cannot.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { countLedger } from '../../src/db/digest/ledger.ts'
import { TemplateError } from '../../src/domain/cel/template.ts'
import { isDuration, parseDuration } from '../../src/domain/time/duration.ts'
import { importTable } from '../../src/pipeline/enrich/import-table.ts'
import { readCommand } from '../../src/slack/app/command-words.ts'
import { readButtonValue, readDigestButtonValue, readMoreValue } from '../../src/slack/app/ids.ts'
import { inputTyped } from '../../src/slack/modals/edit-input.ts'
import { readModalMetadata } from '../../src/slack/modals/exception-modal.ts'
import { typedTexts, typedValue } from '../../src/slack/modals/field-input.ts'
import { readAnswers, readReviewMetadata } from '../../src/slack/modals/review.ts'
import { readRulesValue } from '../../src/slack/modals/rules.ts'
import { untilDay } from '../../src/slack/app/until-words.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { startBot } from '../bot.ts'
import { compiled, scopeOf } from '../domain/compiled.ts'
import { openTestDatabase } from '../database.ts'
import { doubt, type Sender } from '../senders/senders.ts'

const RUNS = { numRuns: 300 }
const now = new Date('2026-03-02T12:00:00Z')
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '\u0000',
    '\ud800',
    '',
    ' ',
    '<!channel>',
    '{}',
    'null',
    '[]',
  ),
)
const seeds = (...texts: string[]) => fc.constantFrom(...texts)

/** Text that is nearly right: a right one with a piece cut out, doubled or replaced by anything. */
const nearly = (right: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(right, fc.nat(), fc.nat(20), anyText, fc.boolean())
    .map(([text, place, length, other, isDoubled]) => {
      const at = text.length === 0 ? 0 : place % text.length
      const piece = text.slice(at, at + length)
      return text.slice(0, at) + (isDoubled ? piece + piece : other) + text.slice(at + length)
    })
const near = (...texts: string[]) =>
  fc.oneof(nearly(seeds(...texts)), nearly(nearly(seeds(...texts))), anyText)
const isText = (value: unknown) => typeof value === 'string'

const order = `
workflow: fuzzed
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id, tolerance: 5m } }
subject: string(event.id)
fields:
  id: { type: string }
  amount: { type: number, maximum: 1000 }
  at: { type: timestamp, missing: ignore }
enrich:
  earlier: { history: { same: record.id, within: 30d } }
rules:
  - { rule: big, when: 'record.amount > 10.0 && record.id.startsWith("a")', route: look }
  - { rule: rest, when: 'true', route: look }
routes:
  look: { exception: { reason: needs_judgement, text: "Look at \${record.id}" } }
tests:
  - { test: one, event: { id: "a", amount: 11 }, expect: { rule: big } }
`.replace(', tolerance: 5m', '')

describe('whatever is sent', () => {
  test('to a hook is answered with what became of it or with one clear problem, and nothing is lost', async (t) => {
    const bot = await startBot(t)
    await bot.publish({ fuzzed: order }, 'channels: { exceptions: "#ops-exceptions" }')
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      near(
        '{"id":"a","amount":12.5,"at":"2026-01-05"}',
        '{"id":{"deep":[[[1]]]},"amount":-0}',
        '[1e400]',
        'id=a&amount=12.5&payload=%7B%22b%22%3A1%7D',
        '<?xml version="1.0"?><id a="1"><amount>1</amount>&amp;</id>',
        '--x\r\nContent-Disposition: form-data; name="id"\r\n\r\na\r\n--x--',
      ).map((text) => Buffer.from(text)),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify({ id: value, amount: value, at: value }))),
    )
    const printable = fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCodePoint(code)),
      maxLength: 60,
    })
    const type = fc.oneof(
      { weight: 4, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: seeds(
          'application/json; charset=utf-8',
          'text/plain',
          'application/cloudevents+json',
          'application/x-www-form-urlencoded',
          'application/xml',
          'application/x-ndjson',
          'multipart/form-data; boundary=x',
          'a/b;;;=',
        ),
      },
      { weight: 1, arbitrary: printable },
    )
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(body, type, printable, async (bytes, contentType, header) => {
        const response = await fetch(`${bot.app.url}/hooks/fuzzed`, {
          method: 'POST',
          body: new Uint8Array(bytes),
          headers: { 'content-type': contentType, 'idempotency-key': header, 'x-forwarded-for': header },
        })
        const answer = (await response.json()) as Record<string, unknown>
        assert.ok(
          [200, 202, 400, 413, 415].includes(response.status),
          `${response.status}: ${JSON.stringify(answer)}`,
        )
        if (response.status === 202) accepted += 1
        assert.ok(
          response.status < 300 ? isText(answer['run']) : isText(answer['title']) && isText(answer['detail']),
        )
      }),
      { numRuns: 70 },
    )
    await bot.untilIdle()
    const ledger = await countLedger(bot.app.db.prisma)
    assert.ok(accepted > 5)
    assert.equal(ledger.accepted, accepted)
    assert.equal(ledger.unaccounted, 0)
  })

  test('as a signature is doubted, never believed and never a fault', () => {
    const names = [
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'stripe-signature',
      'x-hub-signature-256',
    ]
    const more = ['x-shopify-hmac-sha256', 'authorization', 'x-sig', 'x-time']
    const schemes: Sender[] = [
      { preset: 'standard-webhooks' },
      { preset: 'stripe' },
      { preset: 'github' },
      { preset: 'shopify' },
      { scheme: 'bearer' },
      { scheme: 'basic', username: 'shop' },
      { scheme: 'hmac', header: 'x-sig', timestamp: 'x-time', algorithm: 'sha256', encoding: 'hex' },
    ]
    const value = near(
      't=1772452800,v1=00ff',
      'v1,AAAA',
      'sha256=00',
      'Bearer x',
      'Basic c2hvcDp4',
      `${now.getTime() / 1000}`,
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...schemes),
        fc.dictionary(fc.constantFrom(...names, ...more), value),
        fc.uint8Array({ maxLength: 50 }),
        fc.constantFrom('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'plain secret', ''),
        (verify, headers, bytes, secret) => {
          if (secret === '' && 'scheme' in verify && verify.scheme !== 'hmac') return
          assert.ok(isText(doubt({ rawBody: Buffer.from(bytes), headers, now }, verify, [secret])))
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('as a command is words, pairs and flags', () => {
    fc.assert(
      fc.property(
        near('run fuzzed id="a b" --yes', "explain <@U1|ada> “x” key='", '<mailto:a@b|a@b>'),
        (text) => {
          const { words, pairs, flags } = readCommand(text)
          assert.ok([...words, ...Object.values(pairs), ...flags].every(isText))
          assert.equal(Object.getPrototypeOf(pairs), Object.prototype)
        },
      ),
      RUNS,
    )
    const zone = near('Europe/Berlin', 'UTC')
    fc.assert(
      fc.property(near('friday', '2026-01-31', 'tomorrow', '+275760-09-13'), zone, (word, timezone) => {
        const until = untilDay(word, now, timezone)
        assert.ok(until === undefined || until.getTime() > now.getTime() - 86_400_000)
      }),
      RUNS,
    )
  })

  test('as the value of a press or the metadata of a view is ours or nothing', () => {
    const values = near(
      'exc_1:3',
      'note:exc_1:3',
      'dig_1:open',
      '{"reviewId":"r","position":1}',
      '{"workflow":"w","page":1}',
      '{"exceptionId":"e"}',
      'null',
    )
    fc.assert(
      fc.property(values, (text) => {
        const button = readButtonValue(text)
        assert.ok(button === undefined || Number.isSafeInteger(button.revision))
        readMoreValue(text)
        readDigestButtonValue(text)
        readRulesValue(text)
        readReviewMetadata(text)
        assert.ok(isText(readModalMetadata(text)))
      }),
      { numRuns: 1000 },
    )
  })

  test('in the inputs of a view is read as the field it is for', () => {
    const input = fc.record(
      { value: fc.option(anyText), selected_option: fc.option(fc.record({ value: anyText })) },
      { requiredKeys: [] },
    )
    const block = fc.oneof(near('field:amount', 'input:to', 'input:json', 'path_clear:1'), anyText)
    const state = fc.dictionary(block, fc.dictionary(fc.constantFrom('value', 'text', 'answer', 'x'), input))
    const types = ['string', 'number', 'integer', 'boolean', 'timestamp', 'enum', 'array', 'object'] as const
    fc.assert(
      fc.property(state, fc.constantFrom(...types), (values, type) => {
        for (const text of Object.values(typedTexts(values)))
          assert.notEqual(
            typedValue({ type, enum: ['a', 1] } as Parameters<typeof typedValue>[0], text),
            undefined,
          )
        const read = inputTyped(values)
        assert.ok('errors' in read || Object.getPrototypeOf(read.input) === Object.prototype)
        readAnswers(values, 1)
      }),
      RUNS,
    )
  })
})

describe('whatever stands in', () => {
  test('a CSV file becomes a table or a list of what is wrong', async (t) => {
    const { database, close } = await openTestDatabase()
    t.after(close)
    const csv = near(
      'sku,name\n1,a\n2,"b ""c"""\n',
      'sku;name\r\n1;a',
      '\ufeffsku,__proto__\n1,2\n',
      'sku\n"1',
      'sku,sku\n1,2\n',
    )
    await fc.assert(
      fc.asyncProperty(csv, async (text) => {
        const given = {
          name: 'fuzzed',
          csv: Buffer.from(text),
          keyColumn: 'sku',
          asOf: now,
          at: now,
          actor: { id: 'cli:test', surface: 'cli' } as const,
        }
        const answer = await importTable(database, given)
        assert.ok(
          answer.kind === 'imported'
            ? answer.rows > 0
            : answer.kind === 'wrong' && answer.problems.every(isText),
        )
      }),
      { numRuns: 120 },
    )
  })

  test('a workflow file or signalbox.yaml is checked, with a line for each problem', () => {
    const files = near(order, 'a: &a [*a]\n', 'workflow: x\nrules: !!js/function x\n')
    const shared = near(
      'channels: { alerts: "#x" }\nretention: { payloads: 30d }\n',
      'digests: { d: { cron: "* * * * *" } }',
    )
    fc.assert(
      fc.property(files, shared, (source, standards) => {
        const { problems } = checkAll([{ file: 'fuzzed.yaml', source }], standards, 'signalbox.yaml', {})
        for (const { message, line, column } of problems) {
          assert.ok(message.length > 0)
          assert.ok(line >= 1 && column >= 1)
        }
      }),
      { numRuns: 250 },
    )
  })

  test('a duration is a time that can be added to now, or no duration', () => {
    fc.assert(
      fc.property(near('30m', '1.5h', '999999999w', '0s', '7d'), (text) => {
        if (!isDuration(text)) return
        assert.ok(!Number.isNaN(new Date(now.getTime() + parseDuration(text)).getTime()))
        assert.ok(!Number.isNaN(new Date(now.getTime() - parseDuration(text)).getTime()))
      }),
      { numRuns: 2000, examples: [['999999999w']] },
    )
  })

  test('--where holds, does not hold, or is told why it cannot be read', () => {
    const workflow = compiled({ fields: { id: { type: 'string' }, amount: { type: 'number' } } })
    const scope = scopeOf({ id: 'a', amount: 12.5 })
    const texts = near(
      'record.amount > 10.0',
      'record.id.matches("^(a+)+$")',
      '[1,2].all(x, x > 0)',
      'has(record.id) ? 1 : now',
      'a'.repeat(50),
    )
    fc.assert(
      fc.property(texts, (where) => {
        try {
          assert.equal(typeof workflow.holds(where, scope), 'boolean')
        } catch (error) {
          assert.ok(error instanceof TemplateError && error.message.length > 0, String(error))
        }
      }),
      { numRuns: 1000 },
    )
  })
})
