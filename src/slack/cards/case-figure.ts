// The figure of a case, for where its card does not stand beside: what a person wrote in place of the action's input, or the
// amount. Pure.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { moneyFromJson, moneyText } from '../../domain/values/money.ts'
import { shorten } from '../../domain/text/cut.ts'
import { valueText } from '../text.ts'
import { editedTexts } from './words.ts'

const MOST_EDITED = 120

/** `amount 99000.00, note late`. */
const leavesOf = (value: unknown, name = ''): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, one]) => leavesOf(one, Array.isArray(value) ? name : key))
    : [`${name} ${valueText(value)}`.trim()]

/** Undefined: what is sent is what the record makes of it. */
export function editedFigure(view: ExceptionView): string | undefined {
  const leaves = leavesOf(editedTexts(view))
  return leaves.length === 0 ? undefined : `Edited: ${shorten(leaves.join(', '), MOST_EDITED)}`
}

/** Whether a text says this amount, and not one that begins like it. */
function says(text: string, amount: string): boolean {
  for (let at = text.indexOf(amount); at >= 0; at = text.indexOf(amount, at + 1))
    if (!/^[.,]?\d/.test(text.slice(at + amount.length)) && !/[\d.,-]$/.test(text.slice(0, at))) return true
  return false
}

/** `shown`: what is read beside it, cut as it is there. Undefined: that says the amount, or there is none. */
export function caseFigure(view: ExceptionView, shown: string): string | undefined {
  const edited = editedFigure(view)
  if (edited !== undefined) return edited
  const fields = view.run.record?.fields ?? {}
  for (const name of Object.keys(view.run.definition.fields)) {
    const money = moneyFromJson(fields[name])
    if (money) return says(shown, moneyText(money)) ? undefined : moneyText(money)
  }
  return undefined
}
