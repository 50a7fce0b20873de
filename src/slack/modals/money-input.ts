// The inputs for money: an amount, and its currency where the field does not name one itself.
import type { InputBlock } from '@slack/types'
import { fixedCurrency } from '../../domain/fields/coerce-money.ts'
import type { FieldDefinition } from '../../domain/fields/field.ts'
import type { JsonValue } from '../../domain/values/json.ts'
import { exactText, moneyFromJson } from '../../domain/values/money.ts'

/** block_id of the currency beside an amount. */
export const currencyBlockOf = (field: string) => `currency:${field}`
export const currencyFieldOf = (block: string): string | undefined =>
  block.startsWith('currency:') ? block.slice('currency:'.length) : undefined

/** As `typedTexts` gives back what stands in the inputs when nobody changes it. A number without a currency may count cents: it is not offered. */
export function prefilledMoney(definition: FieldDefinition, value: JsonValue | undefined): string {
  const money = moneyFromJson(value)
  if (!money) return ''
  return fixedCurrency(definition) === undefined ? exactText(money) : money.amount
}

/** `amount`: the input as it is for any field, whose element and label are made those of money. */
export function moneyInputs(
  amount: InputBlock,
  definition: FieldDefinition,
  { field, value, action }: { field: string; value: JsonValue | undefined; action: string },
): InputBlock[] {
  const money = moneyFromJson(value)
  const fixed = fixedCurrency(definition)
  const title = amount.label.text
  const inputs: InputBlock[] = [
    {
      ...amount,
      label: { ...amount.label, text: fixed === undefined ? title : `${title} (${fixed})` },
      element: {
        type: 'number_input',
        action_id: action,
        is_decimal_allowed: true,
        ...(money ? { initial_value: money.amount } : {}),
      },
    },
  ]
  if (fixed !== undefined) return inputs
  return [
    ...inputs,
    {
      type: 'input',
      block_id: currencyBlockOf(field),
      ...(amount.optional === true ? { optional: true } : {}),
      label: { ...amount.label, text: `${title}: currency` },
      hint: { type: 'plain_text', text: 'Three letters, like EUR' },
      element: {
        type: 'plain_text_input',
        action_id: action,
        min_length: 3,
        max_length: 3,
        ...(money ? { initial_value: money.currency } : {}),
      },
    },
  ]
}
