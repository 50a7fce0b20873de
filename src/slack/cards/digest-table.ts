// The workflows of a digest as a table, and as lines of even width where Slack refuses tables.
import type { KnownBlock } from '@slack/types'
import type { DigestText } from '../../domain/digest/digest-text.ts'
import { cut, escape, mrkdwn } from '../text.ts'

type Table = DigestText['workflows']

const MOST_ROWS = 12
const MOST_CLASSIC_ROWS = 10
const MOST_TITLE = 28

const more = (left: number): KnownBlock[] =>
  left > 0
    ? [
        {
          type: 'context',
          elements: [mrkdwn(`and ${left} more workflows: \`signalbox digest --format csv\` has them all`)],
        },
      ]
    : []

const cells = (row: string[]) => row.map((text) => ({ type: 'raw_text' as const, text: cut(text, 100) }))

export function nativeTable({ head, rows }: Table): KnownBlock[] {
  const table: KnownBlock = {
    type: 'table',
    rows: [head, ...rows.slice(0, MOST_ROWS)].map(cells),
    column_settings: head.map((_, at) => ({ align: at === 0 ? 'left' : 'right' })),
  }
  return [table, ...more(rows.length - MOST_ROWS)]
}

export function classicTable({ head, rows }: Table): KnownBlock[] {
  const shown = [head, ...rows.slice(0, MOST_CLASSIC_ROWS)].map((row) =>
    row.map((text) => cut(text, MOST_TITLE).replaceAll('`', "'")),
  )
  const widths = head.map((_, at) => Math.max(...shown.map((row) => Array.from(row[at] ?? '').length)))
  const line = (row: string[]) =>
    row
      .map((text, at) => {
        const gap = ' '.repeat((widths[at] ?? 0) - Array.from(text).length)
        return at === 0 ? text + gap : gap + text
      })
      .join('  ')
  const text = shown.map((row) => escape(line(row))).join('\n')
  return [
    { type: 'section', text: mrkdwn(`\`\`\`\n${text}\n\`\`\``) },
    ...more(rows.length - MOST_CLASSIC_ROWS),
  ]
}
