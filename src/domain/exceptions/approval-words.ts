// What an approval covers, in lines that its approvers read: each action, each value that is sent, what is left out.
import { type Cover, type CoverChange, coverIn, type PlannedAction } from './approval.ts'
import { shorten } from '../text/cut.ts'
import type { JsonValue } from '../values/json.ts'

/** Characters that nobody sees, or sees as a gap, and those that reverse the rest of a line. */
const HIDDEN = String.raw`\p{Default_Ignorable_Code_Point}\p{Cf}\u2800`
const ANY_HIDDEN = new RegExp(`[${HIDDEN}]`, 'u')
/** Line ends, and wide gaps: by these a text could pass for lines of ours. */
const NOT_ONE_LINE = new RegExp(String.raw`[\p{Cc}\p{Zl}\p{Zp}]|[\s${HIDDEN}]{3,}|^\s|\s$`, 'u')
const ESCAPED = new RegExp(String.raw`(?! )[\s${HIDDEN}\u007f-\u009f]`, 'gu')
/** Whole emoji: inside them joiners and selectors belong. */
const EMOJI = /\p{RGI_Emoji}/gv

export const asJson = (value: JsonValue): string =>
  JSON.stringify(value).replaceAll(
    ESCAPED,
    (one) => String.raw`\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  )

/** Whether a text as it stands could be taken for another one, in one line. */
const isUnclear = (text: string): boolean => {
  // Looking for emoji takes long, and only keeps more texts as they are.
  if (!NOT_ONE_LINE.test(text) && !ANY_HIDDEN.test(text)) return false
  const withoutEmoji = text.replaceAll(EMOJI, 'x')
  return NOT_ONE_LINE.test(withoutEmoji) || ANY_HIDDEN.test(withoutEmoji)
}

/** Whether it reads as a number, a list or another word of ours: `12` beside 12, `nothing` beside what is not there. */
function readsAsOther(text: string): boolean {
  if (text === '' || text === 'nothing' || text.startsWith('"')) return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Exactly the value, in one line: plain text as it is, anything else as JSON. `mark`: what stands behind it in its line. */
export const said = (value: JsonValue, mark?: string): string => {
  if (value === null) return 'nothing'
  if (typeof value !== 'string') return asJson(value)
  const isJson = isUnclear(value) || readsAsOther(value) || (mark !== undefined && value.includes(mark))
  return isJson ? asJson(value) : value
}

export const pathText = (path: string): string =>
  isUnclear(path) || path.includes(': ') || path.startsWith('"') ? asJson(path) : path

/** What the first line of an action says of it, and the parts that this line says already. */
function headOf({ does, values }: PlannedAction): { words: string; told: string[] } {
  const at = new Map(values)
  const text = (path: string) => (at.has(path) ? said(at.get(path) ?? null) : '')
  switch (does) {
    case 'http':
      return { words: `${text('method')} ${text('url')}`, told: ['method', 'url'] }
    case 'slack':
      return { words: `message in ${text('channel')}`, told: ['channel'] }
    case 'email':
      return { words: `mail to ${text('to')}`, told: ['to'] }
    case 'emit':
      return { words: `starts ${text('workflow')}`, told: ['workflow'] }
    case 'nothing':
      return { words: 'does nothing, its condition does not hold', told: [] }
    case 'unknown':
      return { words: `cannot be told now (${text('because')})`, told: ['because'] }
  }
}

/** A call without headers of its own says nothing of them. */
const isEmptyHeaders = ([path, value]: PlannedAction['values'][number]): boolean =>
  path === 'headers' && JSON.stringify(value) === '{}'

/** What an action does, with its condition. */
export function deedOf(planned: PlannedAction): string {
  const when = planned.values.find(([path]) => path === 'when')?.[1]
  return `${headOf(planned).words}${typeof when === 'string' ? `, only when ${said(when)}` : ''}`
}

/** The values that the action's first line does not say. */
export function valuesBelow(planned: PlannedAction): PlannedAction['values'] {
  const { told } = headOf(planned)
  return planned.values.filter(
    (pair) => pair[0] !== 'when' && !told.includes(pair[0]) && !isEmptyHeaders(pair),
  )
}

function actionLines(planned: PlannedAction): string[] {
  const { action, step, except } = planned
  return [
    `${step + 1}. ${action}: ${deedOf(planned)}`,
    ...valuesBelow(planned).map(([path, value]) => `    ${pathText(path)}: ${said(value)}`),
    ...(except.length === 0 ? [] : [`    not covered by the approval: ${except.join(', ')}`]),
  ]
}

export const coverLines = (cover: Cover): string[] => cover.actions.flatMap(actionLines)

const ARROW = ' → '
export const coverChangeLines = (changes: CoverChange[]): string[] =>
  changes.map(
    ({ action, field, before, after }) =>
      `${action}, ${pathText(field)}: ${said(before, ARROW)}${ARROW}${said(after, ARROW)}`,
  )

/** What stands before the first difference in an excerpt, so that a reader finds the place. */
const BEFORE_DIFFERENCE = 20
/** An excerpt has no quotes around it: an arrow of a value must not pass for ours. */
const ARROW_ESCAPED = String.raw`\u{2192}`

/** `…count: DE-GOOD…`: the part of a value from `from` on. */
function excerpt(points: string[], from: number, most: number): string {
  const end = from + most
  const text = points.slice(from, end).join('').replaceAll('→', ARROW_ESCAPED)
  return `${from > 0 ? '…' : ''}${text}${end < points.length ? '…' : ''}`
}

/** Two texts both as they are or both as JSON: quotes around one alone would be the first difference. */
function inOneForm({ before, after }: Pick<CoverChange, 'before' | 'after'>): string[] {
  const sides = [before, after]
  const isText = sides.every((side) => typeof side === 'string')
  const isPlain = sides.every((side) => said(side, ARROW) === side)
  return sides.map((side) => (isText && !isPlain ? asJson(side) : said(side, ARROW)))
}

/** The same as `coverChangeLines`, where a line has room for `most` code points: of both sides the part that differs. */
export const shortChangeLines = (changes: CoverChange[], most: number): string[] =>
  changes.map((change) => {
    const [whole = ''] = coverChangeLines([change])
    if (Array.from(whole).length <= most) return whole
    const [before = [], after = []] = inOneForm(change).map((text) => Array.from(text))
    const differs = before.findIndex((point, at) => point !== after[at])
    const from = Math.max(0, (differs < 0 ? before.length : differs) - BEFORE_DIFFERENCE)
    const name = shorten(`${change.action}, ${pathText(change.field)}`, most / 2)
    const room = Math.floor((most - Array.from(name).length) / 2) - 6
    return `${name}: ${excerpt(before, from, room)}${ARROW}${excerpt(after, from, room)}`
  })

/** The changes in what the database keeps of an exception; empty: it is no second asking. */
export function coverChangesIn(data: unknown): CoverChange[] {
  const found =
    typeof data === 'object' && data !== null && 'covers' in data && 'changes' in data
      ? data.changes
      : undefined
  return Array.isArray(found) ? (found as CoverChange[]) : []
}

/** What is asked for or was approved, and before it what changed since an earlier approval: titles, each with its lines. */
export const approvalTexts = (
  covers: Cover,
  changes: CoverChange[],
  isOpen: boolean,
): { title: string; lines: string[] }[] => [
  ...(changes.length === 0 ? [] : [{ title: 'What has changed', lines: coverChangeLines(changes) }]),
  { title: isOpen ? 'What will be sent' : 'What the approval covered', lines: coverLines(covers) },
]

/** What an open exception asks its approvers to let be sent; empty: it is resolved, or asks nothing. */
export function askedTexts({ state, data }: { state: string; data: unknown }): {
  title: string
  lines: string[]
}[] {
  const covers = state === 'open' ? coverIn(data, 'covers') : null
  return covers ? approvalTexts(covers, coverChangesIn(data), true) : []
}
