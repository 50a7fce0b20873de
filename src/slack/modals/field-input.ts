// An input for one field of a record, and what was typed into it: shared by the modals that ask for fields.
import type { InputBlock, InputBlockElement } from '@slack/types'
import type { RunView } from '../../db/runs/run-view.ts'
import { typedMoney } from '../../domain/fields/coerce-money.ts'
import { isNumberText, numberOf, parseJson } from '../../domain/values/exact-number.ts'
import type { FieldDefinition } from '../../domain/fields/field.ts'
import type { JsonObject, JsonValue } from '../../domain/values/json.ts'
import { MASK } from '../../domain/masking/marked.ts'
import { fieldTitle } from '../cards/facts.ts'
import { cut, limits, plain, valueText } from '../text.ts'
import { currencyFieldOf, moneyInputs, prefilledMoney } from './money-input.ts'

/** The number of fields in one modal is bounded. */
export const MOST_FIELDS = 40
const MOST_OPTIONS = 100
const MOST_PREFILLED = 300
const ACTION = 'value'
/** block_id of a field's input, and back. */
const blockOf = (field: string) => `field:${field}`
const fieldOfBlock = (block: string): string | undefined =>
  block.startsWith('field:') ? block.slice('field:'.length) : undefined

const hints: Partial<Record<FieldDefinition['type'], string>> = {
  number: 'A number, like 12.5',
  integer: 'A whole number',
  timestamp: 'Like 2026-03-31T09:00:00Z',
  array: 'A JSON list, like ["a", "b"]',
  object: 'JSON, like {"a": 1}',
  money: 'An amount, like 12.50',
}

const choicesOf = (definition: FieldDefinition | undefined): string[] =>
  definition?.type === 'boolean' ? ['true', 'false'] : (definition?.enum ?? []).map(String)

/**
 * The value as it stands in the input. A masked value is not offered, it would come back as the correction; nor is a
 * long one, for what is cut would come back too.
 */
export function prefilled(definition: FieldDefinition | undefined, value: JsonValue | undefined): string {
  if (definition?.type === 'money') return prefilledMoney(definition, value)
  if (value === undefined || value === null || value === MASK) return ''
  const text = valueText(value)
  return text.length > MOST_PREFILLED ? '' : text
}

function elementFor(definition: FieldDefinition | undefined, before: string): InputBlockElement {
  const choices = choicesOf(definition)
  const fits = choices.every((choice) => Array.from(choice).length <= limits.optionText && choice !== '')
  if (choices.length > 0 && choices.length <= MOST_OPTIONS && fits) {
    const options = choices.map((choice) => ({ text: plain(choice, limits.optionText), value: choice }))
    const initial = options.find(({ value }) => value === before)
    return {
      type: 'static_select',
      action_id: ACTION,
      placeholder: { type: 'plain_text', text: 'Choose' },
      options,
      ...(initial ? { initial_option: initial } : {}),
    }
  }
  if (definition?.format === 'date' && before === '') return { type: 'datepicker', action_id: ACTION }
  return {
    type: 'plain_text_input',
    action_id: ACTION,
    max_length: 3000,
    ...(before === '' ? {} : { initial_value: cut(before, MOST_PREFILLED) }),
  }
}

export interface Asked {
  field: string
  value: JsonValue | undefined
  isOptional?: boolean
}

/** One input; of money with a currency of its own, two. */
export function fieldInputs(run: RunView, { field, ...asked }: Asked): InputBlock[] {
  const definition = run.definition.fields[field]
  const input = inputFor({ field, title: fieldTitle(run, field), definition, ...asked })
  return definition?.type === 'money'
    ? moneyInputs(input, definition, { field, value: asked.value, action: ACTION })
    : [input]
}

/** The same for what is no field of the record. */
export function inputFor({
  field,
  title,
  definition,
  value,
  isOptional = false,
}: Omit<Asked, 'value'> & {
  value?: JsonValue | undefined
  title: string
  definition: FieldDefinition | undefined
}): InputBlock {
  const hint = definition?.description ?? hints[definition?.type ?? 'string']
  return {
    type: 'input',
    block_id: blockOf(field),
    ...(isOptional ? { optional: true } : {}),
    label: plain(title, 100),
    ...(hint === undefined ? {} : { hint: plain(hint, 100) }),
    element: elementFor(definition, prefilled(definition, value)),
  }
}

/** Text as the field's JSON: what does not read as such stays text, and the workflow's schema says what is wrong. */
export function typedValue(definition: FieldDefinition | undefined, text: string): JsonValue {
  const trimmed = text.trim()
  const type = definition?.type
  if (type === 'enum') return definition?.enum?.find((choice) => String(choice) === trimmed) ?? trimmed
  if (type === 'boolean' && (trimmed === 'true' || trimmed === 'false')) return trimmed === 'true'
  if ((type === 'number' || type === 'integer') && isNumberText(trimmed)) return numberOf(trimmed)
  if (definition && type === 'money') return typedMoney(definition, trimmed) ?? trimmed
  if (type === 'array' || type === 'object') {
    try {
      return parseJson(trimmed) as JsonValue
    } catch {
      return trimmed
    }
  }
  return trimmed
}

/** What stands in the inputs of a submitted modal, by field. */
export function typedTexts(values: Record<string, Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {}
  const currencies: [string, string][] = []
  for (const [block, inputs] of Object.entries(values)) {
    const field = fieldOfBlock(block)
    const input = inputs[ACTION] as
      | { value?: string | null; selected_option?: { value?: string } | null; selected_date?: string | null }
      | undefined
    const text = input?.selected_option?.value ?? input?.selected_date ?? input?.value
    if (field !== undefined && typeof text === 'string') texts[field] = text
    const money = currencyFieldOf(block)
    if (money !== undefined && typeof text === 'string') currencies.push([money, text])
  }
  for (const [field, currency] of currencies)
    if (texts[field]?.trim()) texts[field] += ` ${currency.trim().toUpperCase()}`
  return texts
}

export const asValues = (run: RunView, texts: Record<string, string>): JsonObject =>
  Object.fromEntries(
    Object.entries(texts).map(([field, text]) => [field, typedValue(run.definition.fields[field], text)]),
  )

/** Problems at their inputs; those of fields that are not asked for are left out. */
export const errorsByBlock = (
  problems: { field: string; message: string }[],
  blocks: { block_id?: string }[],
): Record<string, string> => {
  const shown = new Set(blocks.map(({ block_id: id }) => id))
  return Object.fromEntries(
    problems
      .map(({ field, message }) => [blockOf(field), cut(message, 300)] as const)
      .filter(([block]) => shown.has(block)),
  )
}
