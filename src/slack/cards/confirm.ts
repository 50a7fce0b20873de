// What Slack asks before a press that cannot be taken back: the case with its amount, and what the press does. Pure.
import type { ConfirmationDialog } from '@slack/types'
import type { ExceptionLine, ExceptionView } from '../../db/exceptions/exception-view.ts'
import { wayLabel } from '../../domain/exceptions/case-words.ts'
import { type Case, caseOf, type Way } from '../../domain/exceptions/ways.ts'
import { moneyFromJson, moneyText } from '../../domain/values/money.ts'
import { plain } from '../text.ts'
import { cardIn, titleOf } from './case.ts'
import { effectOf } from './words.ts'

/** docs.slack.dev, confirmation dialog object. */
const MOST = { title: 100, text: 300, button: 30 } as const

const ACTS_AGAIN = new Set(['action_failed', 'action_refused', 'timed_out'])

/** Whether its button acts at once, and on something outside. What opens a window asks there. */
export function isFinal({ reason, origin }: Pick<Case, 'reason' | 'origin'>, way: Way): boolean {
  switch (way.do) {
    case 'approve':
    case 'process':
      return true
    case 'retry':
      return origin === 'finding' || ACTS_AGAIN.has(reason)
    case 'choose':
      return way.asks !== true
    case 'fix':
    case 'done':
    case 'decline':
    case 'dismiss':
      return false
  }
}

/** What a button does, for whoever has pressed it; undefined: it asks nothing. */
export type Confirms = (way: Way) => ConfirmationDialog | undefined

function dialog(question: string, text: string, label: string): ConfirmationDialog {
  const title =
    Array.from(question).length < MOST.title
      ? question
      : `${Array.from(question)
          .slice(0, MOST.title - 2)
          .join('')}…`
  return {
    title: plain(`${title}?`, MOST.title),
    text: plain(text, MOST.text),
    confirm: plain(label, MOST.button),
    deny: plain('Go back', MOST.button),
  }
}

/** The first amount of the record, unless `words` say it. */
export function amountBeside({ run }: ExceptionView, words: string): string | undefined {
  const fields = run.record?.fields ?? {}
  for (const name of Object.keys(run.definition.fields)) {
    const money = moneyFromJson(fields[name])
    if (money) return words.includes(moneyText(money)) ? undefined : moneyText(money)
  }
  return undefined
}

export const confirmsOf =
  (view: ExceptionView): Confirms =>
  (way) => {
    const kind = caseOf(view.exception)
    if (!isFinal(kind, way)) return undefined
    const label = wayLabel(kind, way)
    const title = titleOf(view)
    // "Refund €900.00" is a question by itself; "Refunds R-1" is none.
    const isDeed = way.do === 'approve' && cardIn(view).title !== undefined
    const amount = amountBeside(view, title)
    const effect = effectOf(view, way)
    return dialog(
      isDeed ? title : `${label}: ${title}`,
      amount === undefined ? effect : `${amount}. ${effect}`,
      label,
    )
  }

/** The same where only a line of a list is known. */
export const confirmsOfLine =
  ({ kind, workflow, subject }: ExceptionLine): Confirms =>
  (way) => {
    if (!isFinal(kind, way)) return undefined
    const label = wayLabel(kind, way)
    const effect =
      way.do === 'retry' ? 'It runs again what failed.' : 'Its run goes on with it. Why? shows what is sent.'
    return dialog(`${label}: ${workflow} ${subject ?? ''}`.trim(), effect, label)
  }
