// A digest in the formats of the command line.
import { type DigestFigures, windowFiguresSchema } from '../../domain/digest/digest.ts'
import { targetText } from '../../domain/digest/digest-targets.ts'
import type { DigestText } from '../../domain/digest/digest-text.ts'
import type { DigestListRow } from '../../db/digest/digest-list-rows.ts'
import { type Cell, csvText } from './csv-text.ts'
import { printable } from './printable.ts'
import { bold, linesText, sectionsText, tableText } from './output.ts'
import type { Times } from './times.ts'

const names = Object.keys(windowFiguresSchema.shape) as (keyof DigestFigures['now'])[]

/** One row for everything and one a workflow, every figure in a column; times in milliseconds. */
export function digestCsv({ label, now, workflows }: DigestFigures): string {
  const row = (workflow: string, figures: DigestFigures['now']): Cell[] => [
    label,
    workflow,
    ...names.map((name) => figures[name]),
  ]
  return csvText([
    ['window', 'workflow', ...names],
    row('', now),
    ...workflows.map((one) => row(one.workflow, one.now)),
  ])
}

export const listCsv = (rows: DigestListRow[]): string =>
  csvText([
    ['run', 'workflow', 'subject', 'at', 'what', 'took_ms'],
    ...rows.map(({ runId, workflow, subject, at, what, tookMs }) => [
      runId,
      workflow,
      subject,
      at.toISOString(),
      what,
      tookMs === null ? null : Math.round(tookMs),
    ]),
  ])

export const listTable = (rows: DigestListRow[], { moment }: Times): string =>
  tableText(
    ['RUN', 'WORKFLOW', 'SUBJECT', 'AT', 'WHAT'],
    rows.map(({ runId, workflow, subject, at, what }) => [runId, workflow, subject ?? '', moment(at), what]),
  )

const listed = (heading: string, lines: string[]) => (lines.length === 0 ? [] : [{ heading, lines }])

export function digestPlain(text: DigestText): string {
  return [
    `${bold(`${text.title}, ${text.days}`)}\n${text.sentence}\n${text.change === '' ? '' : `${text.change}\n`}${text.ledger}${text.ignored === '' ? '' : `\n${printable(text.ignored)}`}`,
    ...(text.isEmpty
      ? []
      : [
          linesText(
            text.numbers.map(
              ({ label, value, was, trend, target }) =>
                [label, `${value} ${trend} (${was})${target ? `. ${targetText(target)}` : ''}`] as const,
            ),
          ),
        ]),
    ...(text.workflows.rows.length === 0 ? [] : [tableText(text.workflows.head, text.workflows.rows)]),
    ...(text.load.rows.length === 0 ? [] : [tableText(text.load.head, text.load.rows)]),
    sectionsText([
      ...listed('Money', text.money),
      ...listed('Why runs stopped', text.reasons),
      ...listed('Oldest open', text.oldest),
      ...listed('Needs follow-up', text.lookAfter),
      ...listed('Reviews', text.reviews),
      ...listed('Corrections to the digest before', text.corrections),
      ...listed('Corrections since this was first posted', text.since),
      ...listed(
        'What this means',
        text.isEmpty ? [] : text.numbers.map(({ label, meaning }) => `${label}: ${meaning}`),
      ),
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
