// What an approval covers, in lines that its approvers read: each action, each value that is sent, what is left out.
import type { Cover, CoverChange, PlannedAction } from './approval.ts'
import type { JsonValue } from './json.ts'

/** What nobody sees, or sees as a gap. */
const UNSEEN = String.raw`\s\p{Cf}\u034f\u115f\u1160\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0000}-\u{e01ef}`
/** Line ends, and wide gaps: by these a text could pass for lines of ours. */
const NOT_ONE_LINE = new RegExp(String.raw`[\p{Cc}\p{Zl}\p{Zp}]|[${UNSEEN}]{3,}`, 'u')
const ESCAPED = new RegExp(String.raw`(?! )[${UNSEEN}\u0080-\u009f]`, 'gu')

const asJsonText = (text: string): string =>
  JSON.stringify(text).replaceAll(ESCAPED, (one) => String.raw`\u{${(one.codePointAt(0) ?? 0).toString(16)}}`)

const inOneLine = (text: string): string => (NOT_ONE_LINE.test(text) ? asJsonText(text) : text)

/** Exactly the value, in one line: plain text as it is, anything else as JSON. */
const said = (value: JsonValue): string => {
  if (value === null) return 'nothing'
  if (typeof value !== 'string') return JSON.stringify(value)
  return inOneLine(value)
}

/** What the first line of an action says of it, and the parts that this line says already. */
function headOf({ does, values }: PlannedAction): { words: string; told: string[] } {
  const at = new Map(values)
  const text = (path: string) => said(at.get(path) ?? '')
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
      .map(([path, value]) => `    ${inOneLine(path)}: ${said(value)}`),
    ...(except.length === 0 ? [] : [`    not covered by the approval: ${except.join(', ')}`]),
  ]
}

export const coverLines = (cover: Cover): string[] => cover.actions.flatMap(actionLines)

export const coverChangeLines = (changes: CoverChange[]): string[] =>
  changes.map(
    ({ action, field, before, after }) => `${action}, ${inOneLine(field)}: ${said(before)} → ${said(after)}`,
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
