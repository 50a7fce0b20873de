// What an approval covers, on a card that fits a phone: a line for each action, and its values one after the other, each in short. All of
// it stands in the windows, a value a line (approval-words.ts).
import { shorten } from '../text/cut.ts'
import type { Cover, PlannedAction } from './approval.ts'
import { asJson, deedOf, pathText, said, valuesBelow } from './approval-words.ts'

/** About so many code points stand in a line at 390 px. */
const LINE = 38
/** Lines of all actions together. */
const MOST_LINES = 5
const MOST_HEAD = 100
const MOST_ENTRY = 40

const DOT = ' · '

/** A dot of a value or a name must not pass for ours, wherever the text is cut. */
const withoutDot = (text: string): string =>
  text.includes('·') ? (/^["[{]/.test(text) ? text : asJson(text)).replaceAll('·', String.raw`\u{b7}`) : text

const linesIn = (text: string): number => Math.max(1, Math.ceil(Array.from(text).length / LINE))

const IN_PART = /^(json|form|query|headers)\.(.+)$/s

/** Each value with its name; one that is not in the JSON body, under the part of the call that it stands in: `headers · X-Key: …`. */
function entriesOf(planned: PlannedAction): string[] {
  const { except } = planned
  const entries = except.length === 0 ? [] : [`not covered by the approval: ${except.join(', ')}`]
  let part = 'json'
  for (const [path, value] of valuesBelow(planned)) {
    const [, of = part, name = path] = IN_PART.exec(path) ?? []
    const entry = `${withoutDot(pathText(name))}: ${withoutDot(said(value))}`
    entries.push(of === part ? entry : `${of}${DOT}${entry}`)
    part = of
  }
  return entries
}

const headOf = ({ action, step, ...planned }: PlannedAction, isOnly: boolean): string => {
  const deed = deedOf({ action, step, ...planned }).replace(/^([A-Z]+) https:\/\//, '$1 ')
  return isOnly ? deed : `${step + 1}. ${action}: ${deed}`
}

export interface OnCard {
  title: string
  lines: string[]
  /** Nothing was cut or left out. */
  isWhole: boolean
}

/** Every action before any value: that there is one must not be pushed out of sight. */
export function coverOnCard({ actions }: Cover): OnCard {
  const isOnly = actions.length === 1
  const title = 'What will be sent'
  let isWhole = true
  const short = (text: string, most: number): string => {
    const cut = shorten(text, most)
    isWhole &&= cut === text
    return cut
  }
  const heads = actions.map((planned) => short(headOf(planned, isOnly), MOST_HEAD))
  const first = isOnly
    ? linesIn(`${title}: ${heads[0] ?? ''}`)
    : heads.reduce((sum, head) => sum + linesIn(head), 1)
  let left = MOST_LINES - first
  const lines = actions.flatMap((planned, at) => {
    const head = heads[at] ?? ''
    const shown: string[] = []
    for (const entry of entriesOf(planned).map((one) => short(one, MOST_ENTRY))) {
      if (linesIn([...shown, entry].join(DOT)) > left) {
        isWhole = false
        break
      }
      shown.push(entry)
    }
    if (shown.length > 0) left -= linesIn(shown.join(DOT))
    return shown.length > 0 ? [head, shown.join(DOT)] : [head]
  })
  const [only = '', ...below] = lines
  return isOnly ? { title: `${title}: ${only}`, lines: below, isWhole } : { title, lines, isWhole }
}
