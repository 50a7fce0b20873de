// Times in texts are the same whenever they are read: no day, no season of the system clock decides.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Settings } from 'luxon'
import { CompileError } from '../../src/domain/compile/compile-faults.ts'
import { isDayless, parseTime } from '../../src/domain/cel/functions/times.ts'
import { compiled, fieldValue, scopeOf } from './compiled.ts'

/** What one reading gives on several days, which must be one answer. */
const onAnyDay = (read: () => unknown): unknown => {
  const answers = ['2020-02-29T23:59:59Z', '2026-01-05T12:00:00Z', '2026-07-05T12:00:00Z'].map((day) => {
    Settings.now = () => Date.parse(day)
    try {
      return read()
    } catch (error) {
      return (error as Error).message
    }
  })
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  return answers[0]
}
after(() => {
  Settings.now = () => Date.now()
})

const from = (source: string) => ({ fields: { x: { type: 'timestamp', from: source } } })

describe('a time without its day', () => {
  const now = new Date('2026-03-09T23:30:00Z')
  const table: [text: string, format: string, zone: string, gives: string][] = [
    ['10:30', 'H:mm', 'UTC', '2026-03-09T10:30:00.000Z'],
    // It is the next day there already.
    ['10:30', 'H:mm', 'Europe/Berlin', '2026-03-10T09:30:00.000Z'],
    ['10:30 PM', 't', 'UTC', '2026-03-09T22:30:00.000Z'],
    ['5.1.', 'd.M.', 'UTC', '2026-01-05T00:00:00.000Z'],
    ['5', 'd', 'UTC', '2026-03-05T00:00:00.000Z'],
  ]
  for (const [text, format, zone, gives] of table) {
    test(`${text} as ${format} is refused`, () => {
      assert.match(String(onAnyDay(() => parseTime(text, format, zone))), /does not say which day is meant/)
    })
    test(`${text} as ${format} in ${zone} takes it from the now that it is given`, () => {
      assert.deepEqual(
        onAnyDay(() => parseTime(text, format, zone, now)),
        new Date(gives),
      )
    })
  }
  test('of a day of the week stays open', () => {
    assert.match(
      String(onAnyDay(() => parseTime('Mon 10:30', 'EEE H:mm', 'UTC', now))),
      /cannot be completed: give all of the date/,
    )
  })
  test('is told from its format', () => {
    for (const format of ['H:mm', 't', 'd.M.', 'MMM d', "'y' H:mm", ''])
      assert.equal(isDayless(format), true, format)
    for (const format of ['yyyy-MM-dd', 'D', 'f', 'M/d/yy', "kkkk-'W'WW"])
      assert.equal(isDayless(format), false, format)
  })
  test('in a file is an error of check, unless it takes now', () => {
    for (const source of ['parseTime(event.x, "H:mm")', 'parseTime(event.x, "d.M.", "Europe/Berlin")'])
      assert.throws(() => compiled(from(source)), CompileError, source)
    const { validate } = compiled(from('parseTime(event.x, "H:mm", "UTC", now)'))
    const { fields } = validate({ body: { x: '10:30' }, headers: {} }, {}, now)
    assert.deepEqual(fields, { x: '2026-03-09T10:30:00.000Z' })
  })
  test('in an event is refused', () => {
    for (const sent of ['10:30', '24:00', '10:30:15.5', 'T10:30'])
      assert.match(
        String(onAnyDay(() => fieldValue({ type: 'timestamp' }, sent))),
        /invalid: .*does not say which day/,
      )
  })
})

test('an hour that a clock change doubles is its first one, in summer and in winter', () => {
  const doubled = onAnyDay(() => parseTime('2026-10-25 02:30', 'yyyy-MM-dd H:mm', 'Europe/Berlin'))
  assert.deepEqual(doubled, new Date('2026-10-25T00:30:00Z'))
})

test('but where the text says how far it is from UTC, that is what counts', () => {
  const table: [text: string, format: string, zone: string, is: string][] = [
    ['2027-10-31 02:30 +01:00', 'yyyy-MM-dd HH:mm ZZ', 'Europe/Berlin', '2027-10-31T01:30:00Z'],
    ['2027-10-31 02:30 +02:00', 'yyyy-MM-dd HH:mm ZZ', 'Europe/Berlin', '2027-10-31T00:30:00Z'],
    ['2027-10-31 01:30 +00:00', 'yyyy-MM-dd HH:mm ZZ', 'Europe/Berlin', '2027-10-31T01:30:00Z'],
    ['2027-10-31 01:30 UTC', 'yyyy-MM-dd HH:mm z', 'Europe/Berlin', '2027-10-31T01:30:00Z'],
    ['2027-11-07 01:30 -05:00', 'yyyy-MM-dd HH:mm ZZ', 'America/New_York', '2027-11-07T06:30:00Z'],
  ]
  for (const [text, format, zone, is] of table)
    assert.deepEqual(
      onAnyDay(() => parseTime(text, format, zone)),
      new Date(is),
      text,
    )
})

test('six digits alone may be a time or a day, and are refused', () => {
  for (const sent of ['101112', '202601'])
    assert.match(fieldValue({ type: 'timestamp' }, sent) as string, /invalid: .*six digits/)
})

test('a constant that can never be worked out is an error of the file', () => {
  const fields = {
    at: { type: 'timestamp', missing: 'ignore' },
    n: { type: 'number' },
    s: { type: 'string' },
  }
  const table: [when: string, says: RegExp][] = [
    ['record.at > timestamp("2026-01-01")', /timestamp\("2026-01-01"\) never has a value: .*ISO 8601/],
    ['now - record.at > duration("2 days")', /duration\("2 days"\) never has a value/],
    ['record.n > double("many")', /double\("many"\) never has a value/],
    ['record.n > [1, 2][5]', /\[1, 2\]\[5\] never has a value: .*index 5 >= size 2/],
    ['record.s == {"a": "b"}.c', /never has a value: No such key: c/],
    [
      'record.at > timestamp("2026-02-30T00:00:00Z")',
      /timestamp\("2026-02-30T00:00:00Z"\) never has a value: .* is no day of the calendar$/m,
    ],
    ['record.at > excelTime(5)', /excelTime\(5\) never has a value: .*, and got 5$/m],
    ['record.at > parseTime(event.x, "yyyy-MM-dd", "Europe/Berln")', /there is no time zone "Europe\/Berln"/],
    ['record.at > parseTime(event.x, "yyyy-MM-dd", "local")', /there is no time zone "local"/],
    ['record.n > 1 / 0', /1 \/ 0 never has a value: division by zero/],
    [
      'record.at > parseTime("5 Jan", "yyyy-MM-dd")',
      /never has a value: "5 Jan" is not a time like yyyy-MM-dd/,
    ],
    ['domain("kim") == record.s', /never has a value: "kim" is not an email address/],
  ]
  for (const [when, says] of table)
    assert.throws(() => compiled({ fields, rules: [{ rule: 'r', when, route: 'end' }] }), says, when)
  const sound =
    'record.at > timestamp("2026-01-01T00:00:00Z") && now - record.at > duration("48h") && record.n > 3 / 2'
  assert.equal(
    compiled({ fields, rules: [{ rule: 'r', when: sound, route: 'end' }] }).decide(scopeOf({ n: 1, s: '' }))
      .kind,
    'exception',
  )
})
