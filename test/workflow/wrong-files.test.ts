// What a wrong file gets: its place, what is wrong, what would be right; and everything at once.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkAll } from '../../src/workflow/load.ts'
import { wrongShapes } from './wrong/shapes.ts'
import { wrongTriggers } from './wrong/triggers.ts'
import { wrongFields } from './wrong/fields.ts'
import { wrongRules } from './wrong/rules.ts'
import { wrongRoutes } from './wrong/routes.ts'
import { sound, standardsSource } from './wrong/sound.ts'

const wrongFiles = [...wrongShapes, ...wrongTriggers, ...wrongFields, ...wrongRules, ...wrongRoutes]

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
  for (const { why, change, line, says, hint, severity = 'error' } of wrongFiles) {
    test(`is told of ${why}`, () => {
      const source = sound.replace(change[0], () => change[1])
      assert.notEqual(source, sound)
      const problems = check(source)
      const found = problems.find(
        (problem) => problem.message.includes(says) && problem.severity === severity,
      )
      assert.ok(found, `expected "${says}", and got ${JSON.stringify(problems, null, 1)}`)
      assert.equal(found.line, line)
      if (hint !== undefined)
        assert.ok(found.hint?.includes(hint), `expected the hint "${hint}", and got "${found.hint}"`)
    })
  }
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
        [26, 'no rule leads to the route "close"'],
      ],
    )
  })
  test('points at the column of the wrong name', () => {
    const [problem] = check(sound.replace('record.amount > 100', 'record.amout > 100'))
    assert.deepEqual([problem?.line, problem?.column], [15, sound.split('\n')[14]!.indexOf('amount') + 1])
  })
})
