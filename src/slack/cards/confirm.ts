// What Slack asks before a press that cannot be taken back: the case with its amount, and what the press does. Pure.
import type { ConfirmationDialog } from '@slack/types'
import type { ExceptionLine, ExceptionView } from '../../db/exceptions/exception-view.ts'
import { wayLabel } from '../../domain/exceptions/case-words.ts'
import { type Case, caseOf, type Way } from '../../domain/exceptions/ways.ts'
import { plain } from '../text.ts'
import { cardIn, titleOf } from './case.ts'
import { caseFigure, editedFigure } from './case-figure.ts'
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

/** On one line: where a line ends is the dialog's to say. */
function cut(question: string): string {
  const letters = Array.from(question.replaceAll(/\s+/g, ' '))
  return letters.length < MOST.title ? letters.join('') : `${letters.slice(0, MOST.title - 2).join('')}…`
}

function dialog(question: string, text: string, label: string): ConfirmationDialog {
  return {
    title: plain(`${cut(question)}?`, MOST.title),
    text: plain(text, MOST.text),
    confirm: plain(label, MOST.button),
    deny: plain('Go back', MOST.button),
  }
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
    const isEdited = editedFigure(view) !== undefined && (way.do === 'approve' || way.do === 'retry')
    // The title says what the record says, and something else is sent.
    const question = isEdited ? `${label} what was edited` : isDeed ? title : `${label}: ${title}`
    const figure = caseFigure(view, cut(question))
    const effect = effectOf(view, way)
    return dialog(question, figure === undefined ? effect : `${figure}. ${effect}`, label)
  }

/** The same where only a line of a list is known. */
export const confirmsOfLine =
  ({ kind, workflow, subject }: ExceptionLine): Confirms =>
  (way) => {
    if (!isFinal(kind, way)) return undefined
    const label = wayLabel(kind, way)
    const effect =
      way.do === 'retry' ? 'What failed runs again.' : 'Its run continues with it. Why? shows what is sent.'
    return dialog(`${label}: ${workflow} ${subject ?? ''}`.trim(), effect, label)
  }
