// What a command prints: JSON for scripts, or words with a little colour on a terminal. Text from outside never
// brings control characters along: a webhook may not move the cursor of whoever reads about it.
import { styleText } from 'node:util'
import { escapedJson } from '../../domain/text/unprintable.ts'
import { printable } from './printable.ts'

/** A label with its text, or a line of its own. */
export type Line = string | readonly [label: string, text: string]
export interface Section {
  heading: string
  lines: Line[]
}

// styleText itself looks whether stdout is a terminal, and at NO_COLOR and FORCE_COLOR.
export const bold = (text: string): string => styleText('bold', text)
export const dim = (text: string): string => styleText('dim', text)
export const good = (text: string): string => styleText('green', text)
export const bad = (text: string): string => styleText('red', text)

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

// JSON has no bigints: they are numbers in it, with all their digits.
const numbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? JSON.rawJSON(`${value}`) : value

/** All JSON that a command prints. A terminal obeys nothing in it, and a script reads the value as it is. */
export const printJson = (value: unknown): void => print(escapedJson(JSON.stringify(value, numbers, 2)))

const WIDEST_LABEL = 24

/** Labels in a column, texts beside them; further lines of a text stay under it. */
export function linesText(lines: Line[]): string {
  const labels = lines.flatMap((line) => (typeof line === 'string' ? [] : [line[0].length]))
  const width = Math.min(WIDEST_LABEL, Math.max(0, ...labels)) + 2
  return lines
    .map((line) => {
      if (typeof line === 'string') return printable(line)
      const [label, text] = line
      return `${dim(printable(label).padEnd(width))}${printable(text).replaceAll('\n', `\n${' '.repeat(width)}`)}`
    })
    .join('\n')
}

export const sectionsText = (sections: Section[]): string =>
  sections
    .map(({ heading, lines }) => [bold(printable(heading)), linesText(lines)].filter(Boolean).join('\n'))
    .join('\n\n')

/** Columns padded to their widest cell. Numbers stand to the right. */
export function tableText(head: string[], rows: (string | number)[][]): string {
  const cells = rows.map((row) => row.map((cell) => printable(String(cell))))
  const widths = head.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)))
  const line = (row: string[], isNumber: (at: number) => boolean) =>
    row
      .map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  const isNumberColumn = (at: number) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number')
  return [dim(line(head, isNumberColumn)), ...cells.map((row) => line(row, isNumberColumn))].join('\n')
}
