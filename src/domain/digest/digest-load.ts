// Who had how much: the runs that completed in somebody's hands, the cases they resolved, and the cases that are open with them.
import { z } from 'zod'
import { countText, oneOrMany } from './digest-words.ts'

const loadRowSchema = z.object({
  who: z.string(),
  kind: z.enum(['owner', 'others', 'nobody']),
  completed: z.number(),
  resolved: z.number(),
  open: z.number(),
})
export const loadSchema = z.array(loadRowSchema)
export type LoadRow = z.output<typeof loadRowSchema>
type Counts = Pick<LoadRow, 'completed' | 'resolved' | 'open'>

const OWNERS_SHOWN = 12
const OWNERS_IN_SLACK = 5

const sumOf = (rows: readonly Counts[]): Counts => ({
  completed: rows.reduce((sum, { completed }) => sum + completed, 0),
  resolved: rows.reduce((sum, { resolved }) => sum + resolved, 0),
  open: rows.reduce((sum, { open }) => sum + open, 0),
})

/** What needed people counts before what ran by itself. */
const byLoad = (a: LoadRow, b: LoadRow): number =>
  b.resolved + b.open - (a.resolved + a.open) || b.completed - a.completed || (a.who < b.who ? -1 : 1)

const isSomething = ({ completed, resolved, open }: Counts): boolean => completed + resolved + open > 0

/** The busiest, the others as one row, and what is nobody's: together always `whole`. */
export function loadRows(owners: readonly (Counts & { who: string })[], whole: Counts): LoadRow[] {
  const named = owners
    .map((row): LoadRow => ({ ...row, kind: 'owner' }))
    .filter(isSomething)
    .toSorted(byLoad)
  const rest = named.slice(OWNERS_SHOWN)
  const known = sumOf(named)
  const others: LoadRow = { who: oneOrMany(rest.length, 'other'), kind: 'others', ...sumOf(rest) }
  const nobody: LoadRow = {
    who: 'Nobody',
    kind: 'nobody',
    completed: whole.completed - known.completed,
    resolved: whole.resolved - known.resolved,
    open: whole.open - known.open,
  }
  return [...named.slice(0, OWNERS_SHOWN), others, nobody].filter(isSomething)
}

export const loadTable = (load: readonly LoadRow[]): { head: string[]; rows: string[][] } => ({
  head: ['Owner', 'Resolved', 'Open', 'Completed'],
  rows: load.map(({ who, resolved, open, completed }) => [
    who,
    countText(resolved),
    countText(open),
    countText(completed),
  ]),
})

const line = (who: string, { resolved, open }: Counts): string =>
  `${who}: ${countText(resolved)} resolved, ${countText(open)} open`

/** The first few; who has nothing that needed a person is left to the table. */
export function loadLines(load: readonly LoadRow[]): string[] {
  const busy = load.filter(({ resolved, open }) => resolved + open > 0)
  const shown = busy.slice(0, OWNERS_IN_SLACK)
  const rest = sumOf(busy.slice(OWNERS_IN_SLACK))
  return [
    ...shown.map((row) => line(row.who, row)),
    ...(busy.length > shown.length ? [line('Everyone else', rest)] : []),
  ]
}
