// Which record an edited input stands for, so that everything which would have looked at such a record can say what it makes of
// it: fields, lookups, rules and the conditions of actions. Pure.
import { dataParts } from '../call/http-call.ts'
import { changedBefore, leftOutBefore, unlikeBehind } from './calls-before.ts'
import { type EditedInput, inputOfAction, secretPlaceholder } from './action-input.ts'
import { canonicalJson } from '../values/canonical.ts'
import type { CompiledWorkflow, RenderedAction } from '../compile/compiled-workflow.ts'
import type { Scope } from '../rules/decision.ts'
import { isAnyNumber } from '../values/decimal.ts'
import { isAmountText, moneyFromJson, moneyJson, moneyOf } from '../values/money.ts'
import { asJson, isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'
import { besideFields, lookupsChanged } from '../rules/lookups-changed.ts'
import { readBeside } from '../rules/reads-beside.ts'
import { inputTexts } from '../masking/redact.ts'
import { ifRendered } from '../cel/template.ts'

export type MeaningOfEdit =
  /** `behind`: what still goes by the record as it is, however the edited call is answered. */
  | { kind: 'record'; record: JsonObject; behind: string | undefined }
  /** An event that says this would be held or skipped before any rule sends it; `because`, in words. */
  | { kind: 'stopped'; because: string }
  /** It stands for no record, or for one of which nobody knows what the rules would make. */
  | { kind: 'unknown' }

const INSTEAD = 'Correct it at its source, or replay it with another event.'

const stopped = (because: string): MeaningOfEdit => ({ kind: 'stopped', because: `${because} ${INSTEAD}` })

const partOf = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  (isJsonObject(value) || Array.isArray(value)) && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined

interface Parts {
  written: JsonValue | undefined
  edited: JsonValue | undefined
  /** What would be sent without the edit. */
  before: JsonValue | undefined
}

/** Money that was written as one of its parts, in the currency that the record has; undefined: it is none. */
function moneyWith(json: JsonValue | undefined, part: string, edited: JsonValue): JsonValue | undefined {
  const money = moneyFromJson(json)
  if (!money || !(typeof edited === 'string' || isAnyNumber(edited)) || !isAmountText(String(edited)))
    return undefined
  return moneyJson(moneyOf(String(edited), money.currency, part === 'minor' ? 'minor' : 'major'))
}

/** Each changed value that stands where the file has one field alone: [`amount`, 5000] of `${record.amount}`. */
function fieldsIn({ written, edited, before }: Parts, record: JsonObject): [string, JsonValue][] {
  if (typeof written === 'string') {
    const [, field, part] = /^\$\{\s*record\.(\w+)(?:\.(amount|minor))?\s*\}$/.exec(written) ?? []
    if (field === undefined || edited === undefined) return []
    if (canonicalJson(edited) === canonicalJson(before ?? null)) return []
    const value = part === undefined ? edited : moneyWith(record[field], part, edited)
    return value === undefined ? [] : [[field, value]]
  }
  if (typeof written !== 'object' || written === null) return []
  return Object.entries(written).flatMap(([name, inside]) =>
    fieldsIn({ written: inside, edited: partOf(edited, name), before: partOf(before, name) }, record),
  )
}

/** What an edit leaves as it is: the address and the headers of a call. */
function besideInput(action: RenderedAction | undefined): string {
  if (action?.kind !== 'http') return ''
  const { handling: _, ...call } = action.call
  const data: ReadonlySet<string> = new Set(dataParts)
  return canonicalJson(asJson(Object.entries(call).filter(([part]) => !data.has(part))))
}

type Done = 'done' | 'skipped' | 'stopped'
const INSTEAD_OF_IT: Record<Done, string> = { done: 'also do', skipped: 'skip', stopped: 'stop at' }

/** Reads the edit as the record that a correction of the same values would make. */
export function meaningOfEdit(
  compiled: CompiledWorkflow,
  { route, step, input }: EditedInput,
  scope: Scope,
): MeaningOfEdit {
  const { definition, validate, action } = compiled
  const actions = definition.routes[route]?.actions ?? []
  const rendered = (at: number, record: JsonObject): RenderedAction | undefined =>
    ifRendered(() =>
      // What comes later may read answers that are not there yet.
      action(route, at, { ...scope, record, leavesAnswersOut: at > step }, secretPlaceholder),
    )
  const doneOf = (at: number, record: JsonObject): Done => {
    const one = rendered(at, record)
    return one === undefined ? 'stopped' : one.kind === 'skipped' ? 'skipped' : 'done'
  }
  const unedited = rendered(step, scope.record)
  const parts = {
    written: inputTexts(actions[step]),
    edited: input,
    before: unedited && inputOfAction(unedited),
  }
  const typed = Object.fromEntries(
    fieldsIn(parts, scope.record).filter(
      ([field, value]) =>
        Object.hasOwn(definition.fields, field) &&
        canonicalJson(value) !== canonicalJson(scope.record[field] ?? null),
    ),
  )
  // As a fix would make it: whatever is made of what was typed is made anew.
  const { fields, problems, currencies } = validate(
    scope.input,
    { ...scope.corrections, ...typed },
    scope.now,
  )
  if (problems.length > 0)
    return stopped(
      `The workflow's fields don't accept this: ${problems.map(({ message }) => message).join('; ')}.`,
    )
  const record = { ...besideFields(definition, scope.record), ...fields }
  const [lookup] = lookupsChanged(compiled, scope, { ...scope, record })
  if (lookup !== undefined)
    return stopped(`This changes what "${lookup}" is looked up by, and an edit looks nothing up.`)
  if (readBeside(definition, Object.keys(typed), currencies) !== undefined) return { kind: 'unknown' }
  for (const [at, { action: name }] of actions.entries()) {
    const done = doneOf(at, record)
    if (done !== doneOf(at, scope.record) && (at !== step || done === 'skipped'))
      return stopped(`An event that says this would ${INSTEAD_OF_IT[done]} "${name}".`)
  }
  const before = changedBefore(compiled, { route, step }, scope, record)
  if (before !== undefined)
    return stopped(`This changes what "${before}" sends, and it has answered already.`)
  const sent = rendered(step, record)
  const asSent = sent && inputOfAction(sent)
  const isSent =
    asSent !== undefined &&
    canonicalJson(asSent) === canonicalJson(input) &&
    besideInput(sent) === besideInput(unedited)
  if (!sent || !isSent) return { kind: 'unknown' }
  const meant = compiled.decide({ ...scope, record })
  const leftOut =
    meant.kind === 'route' && meant.route !== route
      ? leftOutBefore(compiled, { route, step, other: meant.route, sent }, scope, record)
      : undefined
  if (leftOut !== undefined)
    return stopped(`An event that says this would have to get past "${leftOut}" first.`)
  return { kind: 'record', record, behind: unlikeBehind(compiled, { route, step }, scope, record) }
}
