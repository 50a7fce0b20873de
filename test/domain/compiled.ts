// A small workflow for tests: give what differs.
import { compileWorkflow } from '../../src/domain/compile/compile.ts'
import type { Scope } from '../../src/domain/rules/decision.ts'
import { definitionSchema } from '../../src/domain/workflow-file/definition.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { type Standards, standardsSchema } from '../../src/domain/workflow-file/standards.ts'

export const standards: Standards = standardsSchema.parse({
  vars: { shop: 'https://shop.example/a b' },
  calendars: { business: { timezone: 'UTC', hours: 'Mon-Fri 09:00-17:00' } },
})

export const compiled = (differs: Record<string, unknown> = {}) =>
  compileWorkflow(
    definitionSchema.parse({
      workflow: 'small',
      trigger: { command: {} },
      rules: [{ rule: 'all', when: 'true', route: 'end' }],
      routes: { end: { outcome: 'achieved' } },
      ...differs,
    }),
    standards,
  )

export const scopeOf = (record: JsonObject, body: JsonValue = {}): Scope => ({
  record,
  input: { body, headers: {} },
  vars: standards.vars,
  now: new Date('2026-01-05T12:00:00Z'),
})

/** What one field makes of a value; the problem's message where it is refused. */
export const fieldValue = (field: Record<string, unknown>, value: JsonValue): JsonValue | undefined => {
  const { fields, problems } = compiled({ fields: { x: field } }).validate(
    { body: { x: value }, headers: {} },
    {},
    new Date(0),
  )
  return problems[0] ? `${problems[0].kind}: ${problems[0].message}` : fields.x
}
