// Whatever stands in a file, checking it ends: with a workflow, or with what is wrong and where.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkAll } from '../../src/workflow/file/load.ts'
import { examples } from './examples.ts'

const junk = [
  '{}',
  '[]',
  'null',
  '5',
  'true',
  '[[1]]',
  '- a',
  '{ a: { b: [1] } }',
  'record.x',
  '"${record.y}"',
  '',
]
const names = ['__proto__', 'constructor', '"@a"', 'role:x']

type Edit = (line: string, value: string) => string
const edits: Edit[] = [
  () => '',
  (line, value) => line.replace(/: .*/, `: ${value}`),
  (line, value) => line.replace(/: ([^,}]+)([,}])/, (_all, _old, end: string) => `: ${value}${end}`),
  (line) => line.replace(/\w+/, (word) => word.slice(0, -1)),
  (line) => `  ${line}`,
]

const slip = fc.record({
  at: fc.nat(),
  edit: fc.constantFrom(...edits),
  value: fc.constantFrom(...junk, ...names),
})

test('a file with any slips in it is read, or told what is wrong at a place that is there', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...examples.workflows),
      fc.array(slip, { minLength: 1, maxLength: 4 }),
      ({ source }, slips) => {
        const lines = source.split('\n')
        for (const { at, edit, value } of slips) {
          const line = at % lines.length
          lines[line] = edit(lines[line] ?? '', value)
        }
        const { workflows, problems } = checkAll(
          [{ file: 'any.yaml', source: lines.join('\n') }],
          examples.standardsSource,
          'signalbox.yaml',
        )
        assert.ok(workflows.length + problems.length > 0)
        for (const { line, column, message, hint = '' } of problems) {
          assert.ok(line >= 1 && line <= lines.length + 1 && column >= 1)
          assert.doesNotMatch(`${message} ${hint}`, /\bundefined\b|\[object|"unread"/)
        }
      },
    ),
    { numRuns: 100 },
  )
})
