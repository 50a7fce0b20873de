// Money: exact, of one currency at a time, read as people write it and written as people read it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Big } from 'big.js'
import fc from 'fast-check'
import { CompileError } from '../../src/domain/compile/compile-faults.ts'
import { meaningOfEdit } from '../../src/domain/exceptions/meaning-of-edit.ts'
import { redactor } from '../../src/domain/masking/redact.ts'
import { canonicalHash } from '../../src/domain/values/canonical.ts'
import { currencies, digitsOf } from '../../src/domain/values/currency.ts'
import {
  addMoney,
  moneyFromJson,
  moneyIn,
  moneyJson,
  moneyOf,
  moneyText,
} from '../../src/domain/values/money.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'
import { runWorkflowTests } from '../../src/workflow/publish/run-tests.ts'
import { compiled, fieldValue, scopeOf, standards } from './compiled.ts'

const EUR = { type: 'money', currency: 'EUR' }
const cents = { type: 'money', currency: 'event.currency', unit: 'minor', from: 'event.cents' }
const eur = (amount: string) => ({ amount, currency: 'EUR' })

/** What the rule says of a record with `total` and `fee`. */
const decided = (when: string, record: Record<string, JsonValue>): string => {
  const workflow = compiled({
    fields: {
      total: EUR,
      fee: { ...EUR, missing: 'ignore' },
      usd: { type: 'money', currency: 'USD', missing: 'ignore' },
    },
    rules: [
      { rule: 'first', when, route: 'end' },
      { rule: 'other', when: 'true', route: 'end' },
    ],
  })
  const decision = workflow.decide(scopeOf(record, { lines: ['0.10', 0.2], n: 5, empty: [] }))
  return decision.kind === 'route' ? decision.rule : decision.message
}
const faultOf = (differs: Record<string, unknown>): string => {
  try {
    compiled(differs)
    return 'none'
  } catch (error) {
    if (error instanceof CompileError) return error.faults.map(({ message }) => message).join('; ')
    return error instanceof Error ? error.message : ''
  }
}
const faultOfRule = (when: string) =>
  faultOf({ fields: { total: EUR }, rules: [{ rule: 'r', when, route: 'end' }] })
const rendered = (text: string, record: Record<string, JsonValue>) =>
  compiled({ fields: { total: EUR } }).render(text, scopeOf(record))

const validated = (body: JsonValue, corrections: Record<string, JsonValue> = {}) =>
  compiled({ fields: { total: cents } }).validate({ body, headers: {} }, corrections, new Date(0))
const sends = (http: Record<string, unknown>) => ({
  fields: { total: EUR },
  routes: {
    end: {
      actions: [{ action: 'pay', http: { url: 'https://shop.example', ...http } }],
      outcome: 'achieved',
    },
  },
})
const failures = (total: unknown) =>
  runWorkflowTests(
    compiled({
      fields: { total: cents },
      tests: [{ test: 't', event: { cents: 90000, currency: 'usd' }, expect: { fields: { total } } }],
    }),
    standards.vars,
  ).flatMap(({ problems }) => problems)

describe('money in a field', () => {
  const table: [string, Record<string, unknown>, JsonValue, unknown][] = [
    ['a number', EUR, 900, eur('900.00')],
    ['digits with a sign and an open end', EUR, '+5.', eur('5.00')],
    ['a text of digits', EUR, '12.5', eur('12.50')],
    ['more decimals than the currency has', EUR, '12.345', eur('12.345')],
    ['cents', { ...EUR, unit: 'minor' }, 90000, eur('900.00')],
    ['half a cent', { ...EUR, unit: 'minor' }, '0.5', eur('0.005')],
    [
      'yen, which have no minor unit',
      { type: 'money', currency: 'JPY', unit: 'minor' },
      900,
      { amount: '900', currency: 'JPY' },
    ],
    ['a text with its currency', EUR, '12.5 EUR', eur('12.50')],
    ['what another workflow emitted', EUR, eur('5.00'), eur('5.00')],
    ['another currency', EUR, '12.5 USD', 'invalid: x cannot be used: "12.5 USD" is not in EUR, but in USD'],
    ['no money', EUR, 'much', 'invalid: x cannot be used: "much" is not money, like 12.50 EUR'],
    [
      'an object that may count cents',
      { ...EUR, unit: 'minor' },
      { amount: 5, currency: 'EUR' },
      'invalid: x cannot be used: {"amount":5,"currency":"EUR"} is not money, like 12.50 EUR',
    ],
    [
      'no amount that anybody has',
      EUR,
      1e-300,
      'invalid: x cannot be used: 1e-300 is not money, like 12.50 EUR',
    ],
    ['less than it may be', { ...EUR, minimum: 0 }, -1, 'invalid: x must be at least 0, and is -€1.00'],
    [
      'more than it may be',
      { ...EUR, maximum: 500 },
      '500.01',
      'invalid: x must be at most 500, and is €500.01',
    ],
  ]
  for (const [what, field, value, wanted] of table)
    test(what, () => assert.deepEqual(fieldValue(field, value), wanted))

  test('its currency may stand in the event', () =>
    assert.deepEqual(validated({ cents: 90000, currency: 'eur' }).fields['total'], eur('900.00')))
  test('without its currency it is missing, and nobody is offered the bare number', () => {
    const [problem] = validated({ cents: 90000 }).problems
    assert.equal(problem?.kind, 'missing')
    assert.match(problem?.message ?? '', /its currency is missing/)
  })
  test('a code that is no currency is said', () =>
    assert.match(validated({ cents: 1, currency: 'EUX' }).problems[0]?.message ?? '', /"EUX" is no currency/))
  test('a correction counts in the major unit, in the currency of the event, and else as it is written', () => {
    const body = { cents: 90000, currency: 'eur' }
    const usd = { amount: '12.50', currency: 'USD' }
    assert.match(
      validated(body, { total: '12.50 USD' }).problems[0]?.message ?? '',
      /is not in EUR, but in USD/,
    )
    assert.deepEqual(validated({ cents: 90000 }, { total: '12.50 USD' }).fields['total'], usd)
    assert.deepEqual(validated(body, { total: '12.50' }).fields['total'], eur('12.50'))
  })
  test('a lost currency is a change of the payload', () =>
    assert.deepEqual(
      compiled({ fields: { total: cents } }).eventPaths.map(({ path }) => path),
      ['cents', 'currency'],
    ))
})

describe('money in rules', () => {
  const record = { total: eur('0.30'), fee: eur('0.10'), usd: { amount: '0.30', currency: 'USD' } }
  for (const holds of [
    'record.total > money("0.29 EUR")',
    'record.total == money(0.3, "EUR")',
    'record.total == money(30, "EUR", "minor")',
    'record.fee + record.fee + record.fee == record.total',
    'record.total - record.fee == money("0.20 EUR")',
    'sum([record.fee, record.fee, record.fee]) == record.total',
    'sum(event.lines.map(l, money(l, "EUR"))) == record.total',
    'record.fee * 3 == record.total && 3.0 * record.fee == record.total',
    'record.fee / record.total > 0.3333',
    'round(record.total / 7) == money("0.04 EUR")',
    '-record.fee < record.fee',
    'record.total in [money("0.30 EUR")]',
    'record.total.minor == 30 && record.total.amount == "0.30" && record.total.currency == "EUR"',
    'string(record.total) == "0.30 EUR"',
  ])
    test(holds, () => assert.equal(decided(holds, record), 'first'))

  for (const operation of ['==', '!=', '<', '>='])
    test(`two currencies with ${operation} stop the run, and both are said`, () =>
      assert.match(
        decided(`record.total ${operation} record.usd`, record),
        /0\.30 EUR and 0\.30 USD can't be compared: their currencies differ/,
      ))
  test('nor are they added', () => {
    assert.match(
      decided('record.total + record.usd > record.fee', record),
      /0\.30 EUR and 0\.30 USD can't be added/,
    )
    assert.match(decided('sum([record.total, record.usd]) > record.fee', record), /0\.30 EUR and 0\.30 USD/)
  })
  test('a number that arrives is no money', () =>
    assert.match(
      decided('event.n > record.total', record),
      /money is compared with money, and this is a number/,
    ))

  const wrong: [string, RegExp][] = [
    ['record.total > 500', /write record\.total > money\("500 EUR"\)/],
    ['500.0 <= record.total', /write record\.total <= money|money is compared with money/],
    ['record.total == "500 EUR"', /money is compared with money, and this is a text/],
    ['record.total + 5 > record.total', /money is added to money, and this is a number/],
    ['record.total > money("500 EUX")', /never has a value/],
    ['record.total > money("500")', /never has a value/],
    ['record.total.cents > 5', /No such key: cents/],
  ]
  for (const [when, says] of wrong) test(`check refuses ${when}`, () => assert.match(faultOfRule(when), says))

  test('a trace says the amount as people read it', () => {
    const workflow = compiled({
      fields: { total: EUR },
      rules: [
        { rule: 'large', when: 'record.total > money("500 EUR")', route: 'end' },
        { rule: 'other', when: 'true', route: 'end' },
      ],
    })
    const { trace } = workflow.decide(scopeOf({ total: eur('90.00') }))
    assert.match(trace[0]?.because ?? '', /record\.total is €90\.00/)
  })
})

describe('money in texts', () => {
  test('people read it, machines get its parts', () => {
    assert.equal(rendered('Refund ${record.total}', { total: eur('1234.50') }), 'Refund €1,234.50')
    assert.equal(
      rendered('${record.total.amount} ${record.total.currency} ${record.total.minor}', {
        total: eur('1234.50'),
      }),
      '1234.50 EUR 123450',
    )
  })
  test('in JSON it is an object, whole', () => {
    const action = compiled(
      sends({ json: { total: '${record.total}', text: 'Paid ${record.total}' } }),
    ).action('end', 0, scopeOf({ total: eur('9.00') }))
    assert.deepEqual(action.kind === 'http' && action.call.json, { total: eur('9.00'), text: 'Paid €9.00' })
  })
  for (const http of [
    { url: 'https://shop.example/${record.total}' },
    { form: { total: '${record.total}' } },
    { query: { total: '${record.total}' } },
    { headers: { 'x-total': '${record.total}' } },
  ])
    test(`check refuses ${JSON.stringify(http)}`, () =>
      assert.match(
        faultOf(sends(http)),
        /write \$\{record\.total\.amount\} \(900\.00\), \$\{record\.total\.minor\}/,
      ))
  test('part of a cent has no minor unit, and is not sent as one', () =>
    assert.throws(() => rendered('${record.total.minor}', { total: eur('0.005') }), /round\(\) it first/))
})

describe('money in a file', () => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ type: 'money' }, /money needs its currency/],
    [{ type: 'money', currency: 'EUX' }, /ISO 4217 has no currency EUX/],
    [{ type: 'money', currency: 'eur' }, /write EUR, in capitals/],
    [{ type: 'money', from: 'size(event.x)' }, /this says no currency/],
    [{ type: 'money', currency: '1 + 1' }, /a currency is a text/],
    [{ type: 'money', currency: 'event.c', minimum: 5 }, /it says no currency, and this field may have any/],
    [{ type: 'money', currency: 'EUR', enum: [1] }, /money is compared in rules/],
    [{ type: 'number', currency: 'EUR' }, /it is for type money/],
    [{ type: 'money', currency: 'EUR', multipleOf: 5 }, /it is for type number or integer/],
    [{ type: 'money', currency: 'EUR', missing: 'default', default: '5 USD' }, /not in EUR, but in USD/],
  ]
  for (const [field, says] of wrong)
    test(JSON.stringify(field), () => assert.match(faultOf({ fields: { x: field } }), says))
  test('a difference of two fields needs no currency of its own', () => {
    const fields = { x: EUR, y: EUR, z: { type: 'money', from: 'record.x - record.y' } }
    const { fields: found } = compiled({ fields }).validate(
      { body: { x: 13.91, y: 13.9 }, headers: {} },
      {},
      new Date(0),
    )
    assert.deepEqual(found['z'], eur('0.01'))
  })
  test('a default of 0 takes whatever currency the event has', () => {
    const field = { ...cents, missing: 'default', default: 0 }
    const { fields } = compiled({ fields: { x: field } }).validate(
      { body: { currency: 'usd' }, headers: {} },
      {},
      new Date(0),
    )
    assert.deepEqual(fields['x'], { amount: '0.00', currency: 'USD' })
  })
  test('its tests say it as people write it', () => {
    assert.deepEqual(failures('900 USD'), [])
    assert.deepEqual(failures('900 EUR'), ['expected field total to be "900 EUR", and got 900.00 USD'])
  })
})

describe('money that is secret, approved or edited', () => {
  test('is masked as a whole and as people read it, and its currency elsewhere stays', () => {
    const hide = redactor(
      { fields: { total: { ...EUR, missing: 'ask', secret: true } as never } },
      [{ total: eur('1234.50') }],
      '{"total":1234.5}',
    )
    assert.deepEqual(hide.record({ total: eur('1234.50'), other: 'EUR' }), { total: '●●●', other: 'EUR' })
    assert.equal(hide.text('Paid €1,234.50 in EUR (1234.50)'), 'Paid ●●● in EUR (●●●)')
  })
  test('equal money has one hash, however it arrived', () => {
    const hashes = [900, '900', '900.0', '9e2', '900.00 EUR'].map((value) =>
      canonicalHash(fieldValue(EUR, value) ?? null),
    )
    assert.equal(new Set(hashes).size, 1)
  })
  test('an edited part stands for the amount that it says', () => {
    const workflow = compiled({
      fields: { total: EUR },
      routes: {
        end: {
          actions: [
            {
              action: 'pay',
              http: { url: 'https://shop.example', json: { cents: '${record.total.minor}' } },
            },
          ],
          outcome: 'achieved',
        },
      },
    })
    const meaning = meaningOfEdit(
      workflow,
      { route: 'end', step: 0, input: { json: { cents: 50000 } } },
      scopeOf({ total: eur('9.00') }, { total: 9 }),
    )
    assert.deepEqual(meaning.kind === 'record' && meaning.record['total'], eur('500.00'))
  })
})

describe('amounts', () => {
  test('every currency is shown with the decimals of its minor unit', () => {
    for (const code of currencies) {
      const shown = moneyText(moneyOf(1, code, 'minor'))
      assert.equal(shown.split('.')[1]?.length ?? 0, digitsOf(code), code)
    }
    assert.equal(moneyText(moneyOf(90000, 'JPY')), '¥90,000')
    assert.equal(moneyText(moneyOf('12345678901234567890.12', 'EUR')), '€12,345,678,901,234,567,890.12')
  })
  test('an amount of more digits than money can have is no money', () => {
    for (const amount of [-5e-324, 1e99, 1e-61])
      assert.equal(
        fieldValue(EUR, amount),
        `invalid: x cannot be used: ${amount} is not money, like 12.50 EUR`,
      )
    const smallest = '0.'.padEnd(61, '0') + '1'
    assert.match(JSON.stringify(fieldValue({ ...EUR, unit: 'minor' }, smallest)), /0001","currency":"EUR"/)
    assert.match(decided('record.total * 1e300 > record.fee', { total: eur('1.00') }), /more digits/)
  })
  const amounts = fc
    .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.nat(6))
    .map(([n, d]) => Big(String(n)).times(`1e-${d}`).toFixed())
  test('nothing is lost on the way through JSON, typed text and a sum', () => {
    fc.assert(
      fc.property(amounts, amounts, fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'), (a, b, code) => {
        const [x, y] = [moneyOf(a, code), moneyOf(b, code)]
        assert.deepEqual(moneyFromJson(moneyJson(x)), x)
        assert.deepEqual(moneyIn(String(x)), x)
        assert.ok(Big(addMoney(x, y).amount).eq(Big(a).plus(b)))
      }),
    )
  })
})
