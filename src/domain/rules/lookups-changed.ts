// Which lookups of a workflow another record would ask something else: what they found is not known of that record. Pure.
import { secretPlaceholder } from '../exceptions/action-input.ts'
import { canonicalJson } from '../values/canonical.ts'
import type { CompiledWorkflow } from '../compile/compiled-workflow.ts'
import type { Scope } from './decision.ts'
import { asJson, type JsonObject } from '../values/json.ts'
import type { Definition } from '../workflow-file/definition.ts'

/** Of a record what is no field of the event: what lookups found and people entered. */
export const besideFields = ({ fields }: Pick<Definition, 'fields'>, record: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !Object.hasOwn(fields, name)))

/** The names of the lookups whose key, request or history differs between the two. */
export function lookupsChanged(
  { lookups, lookup }: Pick<CompiledWorkflow, 'lookups' | 'lookup'>,
  before: Scope,
  after: Scope,
): string[] {
  const asked = (name: string, scope: Scope): string =>
    canonicalJson(asJson(lookup(name, scope, secretPlaceholder)))
  return lookups.flatMap(({ name }) => (asked(name, before) === asked(name, after) ? [] : [name]))
}
