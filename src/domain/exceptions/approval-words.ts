// What an approval covers, in lines that its approvers read: each action, each value that is sent, what is left out.
import type { Cover, CoverChange, PlannedAction } from './approval.ts'
import type { JsonValue } from '../values/json.ts'

/** Characters that nobody sees, or sees as a gap, and those that reverse the rest of a line. */
const HIDDEN = String.raw`\p{Default_Ignorable_Code_Point}\p{Cf}\u2800`
const ANY_HIDDEN = new RegExp(`[${HIDDEN}]`, 'u')
/** Line ends, and wide gaps: by these a text could pass for lines of ours. */
const NOT_ONE_LINE = new RegExp(String.raw`[\p{Cc}\p{Zl}\p{Zp}]|[\s${HIDDEN}]{3,}|^\s|\s$`, 'u')
const ESCAPED = new RegExp(String.raw`(?! )[\s${HIDDEN}\u007f-\u009f]`, 'gu')
/** Whole emoji: inside them joiners and selectors belong. */
const EMOJI = /\p{RGI_Emoji}/gv

const asJson = (value: JsonValue): string =>
  JSON.stringify(value).replaceAll(
    ESCAPED,
    (one) => String.raw`\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  )

/** Whether a text as it stands could be taken for another one, in one line. */
const isUnclear = (text: string): boolean => {
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
const said = (value: JsonValue, mark?: string): string => {
  if (value === null) return 'nothing'
  if (typeof value !== 'string') return asJson(value)
  const isJson = isUnclear(value) || readsAsOther(value) || (mark !== undefined && value.includes(mark))
  return isJson ? asJson(value) : value
}

const pathText = (path: string): string =>
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

function actionLines(planned: PlannedAction): string[] {
  const { words, told } = headOf(planned)
  const { action, step, values, except } = planned
  return [
    `${step + 1}. ${action}: ${words}`,
    ...values
      .filter((pair) => !told.includes(pair[0]) && !isEmptyHeaders(pair))
      .map(([path, value]) => `    ${pathText(path)}: ${said(value)}`),
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
