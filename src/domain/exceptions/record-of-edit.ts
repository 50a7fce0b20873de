// Which record an edited input stands for, so that the rules can say where they would send it. Pure.
import { type EditedInput, inputOfAction, secretPlaceholder } from './action-input.ts'
import { canonicalJson } from '../values/canonical.ts'
import type { CompiledWorkflow } from '../compile/compiled-workflow.ts'
import type { Scope } from '../rules/decision.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'
import { besideFields, lookupsChanged } from '../rules/lookups-changed.ts'
import { readBeside } from '../rules/reads-beside.ts'
import { inputTexts } from '../masking/redact.ts'
import { ifRendered } from '../cel/template.ts'

const partOf = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  (isJsonObject(value) || Array.isArray(value)) && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined

/** Each value that stands where the file has one field alone: [`amount`, 5000] of `${record.amount}`. */
function fieldsIn(written: JsonValue, edited: JsonValue | undefined): [string, JsonValue][] {
  if (typeof written === 'string') {
    const [, field] = /^\$\{\s*record\.(\w+)\s*\}$/.exec(written) ?? []
    return field === undefined || edited === undefined ? [] : [[field, edited]]
  }
  if (typeof written !== 'object' || written === null) return []
  return Object.entries(written).flatMap(([name, inside]) => fieldsIn(inside, partOf(edited, name)))
}

/**
 * The record of which the action would send exactly this input, with the same lookups; undefined: none is known, or the rules
 * read more than that record.
 */
export function recordOfEdit(
  compiled: CompiledWorkflow,
  { route, step, input }: EditedInput,
  scope: Scope,
): JsonObject | undefined {
  const { definition, validate, action } = compiled
  const sent = (record: JsonObject): string | undefined => {
    const found = ifRendered(() =>
      inputOfAction(action(route, step, { ...scope, record }, secretPlaceholder)),
    )
    return found && canonicalJson(found)
  }
  const typed = Object.fromEntries(
    fieldsIn(inputTexts(definition.routes[route]?.actions[step]), input).filter(
      ([field, value]) =>
        Object.hasOwn(definition.fields, field) &&
        canonicalJson(value) !== canonicalJson(scope.record[field] ?? null),
    ),
  )
  if (readBeside(definition, Object.keys(typed)) !== undefined) return undefined
  // As a fix would make it: whatever is made of what was typed is made anew.
  const { fields, problems } = validate(scope.input, { ...scope.corrections, ...typed }, scope.now)
  if (problems.length > 0) return undefined
  const record = { ...besideFields(definition, scope.record), ...fields }
  const isKnown =
    sent(record) === canonicalJson(input) &&
    lookupsChanged(compiled, scope, { ...scope, record }).length === 0
  return isKnown ? record : undefined
}
