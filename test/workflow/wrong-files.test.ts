// What a wrong file gets: its place, what is wrong, what would be right; and everything at once.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkAll } from '../../src/workflow/file/load.ts'
import { wrongAccess } from './wrong/access.ts'
import { wrongAnswers, wrongCalls, wrongConnections } from './wrong/calls.ts'
import { wrongShapes } from './wrong/shapes.ts'
import { wrongTriggers } from './wrong/triggers.ts'
import { wrongFields } from './wrong/fields.ts'
import { wrongRules } from './wrong/rules.ts'
import { wrongRoutes } from './wrong/routes.ts'
import { sound, standardsSource } from './wrong/sound.ts'

const wrongFiles = [
  ...wrongShapes,
  ...wrongAccess,
  ...wrongTriggers,
  ...wrongFields,
  ...wrongRules,
  ...wrongRoutes,
  ...wrongCalls,
  ...wrongAnswers,
]

const context = {
  secretIsSet: (name: string) => name === 'SET',
  directory: {
    people: ['ops-lead', 'ada'],
    groups: ['support'],
    channels: ['ops-exceptions'],
  },
}
const check = (source: string) =>
  checkAll([{ file: 'order-delivery.yaml', source }], standardsSource, 'signalbox.yaml', context).problems

describe('a wrong workflow file', () => {
  test('the sound file has no problem', () => {
    assert.deepEqual(check(sound), [])
  })
  for (const { why, change, line, says, hint, severity = 'error', also = 0 } of wrongFiles) {
    test(`is told of ${why}`, () => {
      const source = sound.replace(change[0], () => change[1])
      assert.notEqual(source, sound)
      const problems = check(source)
      const errors = problems.filter((problem) => problem.severity === 'error')
      if (severity === 'error')
        assert.equal(
          errors.length,
          1 + also,
          `one mistake, one message: ${JSON.stringify(problems, null, 1)}`,
        )
      const found = problems.find(
        (problem) => problem.message.includes(says) && problem.severity === severity,
      )
      assert.ok(found, `expected "${says}", and got ${JSON.stringify(problems, null, 1)}`)
      assert.equal(found.line, line)
      if (hint !== undefined)
        assert.ok(found.hint?.includes(hint), `expected the hint "${hint}", and got "${found.hint}"`)
    })
  }
  test('may read an answer that is there, also of an action that may be skipped, where it asks first', () => {
    const call = 'http: { url: "${vars.shop}/x" }'
    const source = sound.replace(
      '    outcome: achieved\n  check:',
      `      - { action: a, as: first, ${call} }
      - { action: b, as: second, when: actions.first.status == 201, ${call} }
      - { action: c, when: actions.second.body.ok, http: { url: "\${vars.shop}/\${actions.second.body.id}" } }
      - { action: d, http: { url: "\${vars.shop}/x", json: "\${has(actions.second) ? actions.second.body.id : 'none'}" } }
    outcome: achieved
  check:`,
    )
    assert.deepEqual(check(source), [])
  })
  test('names the headers of its tests as the sender writes them', () => {
    const source = sound
      .replace('from: event.order_id }', 'from: \'headers["x-order"]\' }')
      .replace('event: { order_id: "1", status', 'headers: { X-Order: "1" }\n    event: { status')
    assert.deepEqual(check(source), [])
  })
  test('stops in a test for the reason for which a run would', () => {
    const source = sound
      .replace('{ order_id: "1", status: canceled }', '{ order_id: [] }')
      .replace('route: refund, rule: gone }\n', 'exception: missing_field }\n')
    assert.deepEqual(check(source), [])
  })
  test('stops in a test where a lookup that must answer finds nothing', () => {
    const source = sound
      .replace('rules:', 'enrich: { customer: { lookup: customers, key: record.order_id } }\nrules:')
      .replace('expect: { route', 'enrich: { customer: null }\n    expect: { route')
    assert.match(check(source)[0]?.message ?? '', /got the exception lookup_failed \(customer is not found\)/)
    assert.deepEqual(
      check(source.replace('route: refund, rule: gone }\n', 'exception: lookup_failed }\n')),
      [],
    )
  })
  test('is told everything at once', () => {
    const source = sound
      .replace('record.amount > 100', 'record.amout > 100')
      .replace('route: close }', 'route: cloze }')
    const errors = check(source).filter((problem) => problem.severity === 'error')
    assert.deepEqual(
      errors.map(({ line, message }) => [line, message.split(':').at(-1)?.trim()]),
      [
        [15, 'amout'],
        [16, 'there is no route "cloze"'],
      ],
    )
  })
  test('hears of the rest too when parts of it cannot be read at all', () => {
    const source = sound
      .replace('type: timestamp', 'type: timestmp')
      .replace('record.amount > 100', 'record.amout > 100')
      .replace('route: close }', 'rout: close }')
      .replace('role:leads, when', 'role:leds, when')
      .replace('"${vars.shop}/refunds"', '"${vars.shp}/refunds"')
      .replace('outcome: achieved }', 'outcome: acheived }')
      .replace('respond: 30m', 'respond: 30 minutes')
    assert.deepEqual(
      check(source).map(({ line, message }) => [line, message.split(': ').at(-1)]),
      [
        [12, 'fields.delivered.type cannot be "timestmp"'],
        [15, 'amout'],
        [16, 'unknown key "rout" in rules[3]'],
        [20, 'there is no role "leds" in signalbox.yaml'],
        [23, 'shp'],
        [26, 'routes.close.outcome cannot be "acheived"'],
        [27, 'write a duration like 30s, 5m, 2h or 7d'],
      ],
    )
  })
  test('is not blamed for what an unreadable signalbox.yaml would have named', () => {
    const problems = checkAll(
      [{ file: 'order-delivery.yaml', source: sound.replace('record.amount > 100', 'record.amout > 100') }],
      standardsSource.replace('roles:', 'rolls:').replace('hours: "Mon-Fri 09:00-17:00"', 'hours: "9-5"'),
      'signalbox.yaml',
      context,
    ).problems
    assert.deepEqual(
      problems.map(({ file, line }) => [file, line]),
      [
        ['signalbox.yaml', 3],
        ['signalbox.yaml', 4],
        ['order-delivery.yaml', 15],
      ],
    )
  })
  test('is told that there is no calendar to count business hours in', () => {
    const source = sound
      .replace('record.amount > 100', 'has(record.delivered) && businessHours(record.delivered, now) > 4.0')
      .replace(', calendar: business', '')
    const problems = (standards: string) =>
      checkAll([{ file: 'order-delivery.yaml', source }], standards, 'signalbox.yaml', context).problems
    assert.deepEqual(problems(standardsSource), [])
    const [problem, ...more] = problems(standardsSource.replace('{ business:', '{ office:'))
    assert.deepEqual([problem?.line, problem?.message], [15, 'businessHours() has no calendar to count in'])
    assert.deepEqual(more, [])
  })
  test('is told how a closed day of a calendar is written', () => {
    const standards = standardsSource.replace('holidays: DE', 'closed: [24.12.2026]')
    const [problem] = checkAll([], standards, 'signalbox.yaml', context).problems
    assert.match(problem?.message ?? '', /closed\[1\]: write a day like 2026-12-24/)
  })
  test('points at the column of the wrong name', () => {
    const [problem] = check(sound.replace('record.amount > 100', 'record.amout > 100'))
    assert.deepEqual([problem?.line, problem?.column], [15, sound.split('\n')[14]!.indexOf('amount') + 1])
  })
})

describe('a wrong connection of signalbox.yaml', () => {
  for (const [why, connection, says] of wrongConnections)
    test(`is told of ${why}, though no workflow uses it`, () => {
      const source = `${standardsSource.replace(/connections: .*\n/, '')}connections: { mine: ${connection} }\n`
      const { problems } = checkAll([], source, 'signalbox.yaml', context)
      assert.deepEqual(
        problems.map(({ severity, line }) => [severity, line]),
        [['error', 6]],
        JSON.stringify(problems),
      )
      assert.ok(problems[0]?.message.includes(says), JSON.stringify(problems))
    })
})
