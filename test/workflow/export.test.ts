// What is exported and applied again is the same workflow; comments of the file stay.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { jsonOf } from '../../src/domain/cel/values.ts'
import { rights } from '../../src/domain/workflow-file/access.ts'
import type { Definition } from '../../src/domain/workflow-file/definition.ts'
import { exportWorkflow } from '../../src/workflow/file/export.ts'
import { parseWorkflow } from '../../src/workflow/file/parse.ts'
import { example, examples } from './examples.ts'

const applied = (source: string): Definition | undefined => {
  const parsed = parseWorkflow(source, 'exported.yaml')
  assert.deepEqual(parsed.problems, [])
  return parsed.definition
}

/** Texts that YAML finds hard: colons, hashes, quotes, line ends, things that read as numbers or dates. */
const hardText = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      '1e3',
      '0x10',
      'yes',
      'null',
      '~',
      '- a',
      'a: b',
      '# c',
      '@d',
      "it's",
      '"q"',
      '10/18/2017 0:00',
      '2026-01-01',
      '${x}',
      'a\nb',
      '\u2028',
    ),
  )
  .map((text) => text.trim())
  .filter((text) => text !== '')

describe('export', () => {
  for (const { definition, source } of examples.workflows) {
    test(`${definition.workflow} comes back as it was`, () => {
      assert.deepEqual(applied(exportWorkflow(definition)), definition)
      assert.equal(exportWorkflow(definition, source), source)
    })
    test(`${definition.workflow} comes back as it was, whatever texts and rules it holds`, () => {
      const changed = fc
        .record({
          title: hardText,
          description: hardText,
          names: fc.uniqueArray(hardText, { minLength: 1, maxLength: 4 }),
          enabled: fc.boolean(),
          access: fc.option(
            fc.record(
              Object.fromEntries(
                rights.map((right) => [
                  right,
                  fc.subarray(['channel', 'everyone', '@ada', 'role:leads'], { minLength: 1 }),
                ]),
              ),
              { requiredKeys: [], noNullPrototype: true },
            ),
            { nil: undefined },
          ),
          // A file with such a name is refused: see the wrong files.
          event: fc
            .jsonValue()
            .filter((value) => !JSON.stringify(value).includes('__proto__'))
            .map((value) => jsonOf(value) ?? null),
        })
        .map(({ title, description, names, enabled, access, event }): Definition => {
          const [first] = definition.rules
          assert.ok(first)
          return {
            ...definition,
            title,
            description,
            ...(access && Object.keys(access).length > 0 ? { access } : {}),
            rules: names.map((name, at) => ({
              ...first,
              name,
              when: `record.x == ${JSON.stringify(name)}`,
              enabled: enabled || at > 0,
            })),
            tests: [
              { test: title, event: event as Definition['tests'][number]['event'], expect: { rule: title } },
            ],
          }
        })
      fc.assert(
        fc.property(changed, (draft) => {
          assert.deepEqual(applied(exportWorkflow(draft)), draft)
          assert.deepEqual(applied(exportWorkflow(draft, source)), draft)
        }),
        { numRuns: 30 },
      )
    })
  }
  test('a changed rule leaves the comments of the rest of the file', () => {
    const { definition, source: plain } = example('order-delivery')
    const source = plain.replace('subject: event.order_id', '$& # what people call it')
    assert.notEqual(source, plain)
    const [first, ...rest] = definition.rules
    assert.ok(first)
    const written = exportWorkflow(
      { ...definition, rules: [{ ...first, when: 'record.status == "canceled"' }, ...rest] },
      source,
    )
    assert.match(written, /subject: event\.order_id # what people call it/)
    assert.match(written, /rule: gone, when: record.status == "canceled"/)
  })
})
