// A rehearsal in words: what moves, per rule and owner, and which runs.
import type { Simulation, BeforeAfter } from '../../domain/rules/simulate.ts'
import { counted } from '../../domain/text/counted.ts'
import type { Rehearsal } from '../../workflow/publish/rehearse.ts'
import { bad, bold, good, tableText } from './output.ts'
import { printable } from './printable.ts'

const MOST_NAMED = 5
const MOST_MOVES = 30

const runsText = (runs: string[], count: number): string => {
  const named = runs.slice(0, MOST_NAMED).join(' ')
  return count > MOST_NAMED ? `${named} and ${count - MOST_NAMED} more` : named
}

const change = (n: number): string => (n > 0 ? `+${n}` : n < 0 ? `${n}` : '')

const beforeAfter = (name: string, rows: BeforeAfter[]): string =>
  tableText(
    [name, 'NOW', 'DRAFT', 'CHANGE'],
    rows.map((row) => [row.name, row.before, row.after, change(row.after - row.before)]),
  )

function movesText({ moved }: Simulation): string[] {
  const lines = moved
    .slice(0, MOST_MOVES)
    .flatMap(({ from, to, count, runs }) => [
      printable(`${count}: ${from} → ${to}`),
      printable(`    ${runsText(runs, count)}`),
    ])
  return moved.length > MOST_MOVES
    ? [...lines, `and ${moved.length - MOST_MOVES} more kinds of changes`]
    : lines
}

export function rehearsalText({ workflow, number, simulation }: Rehearsal): string {
  const { events, same, newlyUnrouted, newlyRouted, rules, owners, unlike } = simulation
  const heading = bold(`${workflow}: ${counted(events, 'recorded event')}, compared with version ${number}`)
  if (events === 0)
    return `${heading}\nNo events were recorded in this period, so there is nothing to compare.`
  const unrouted =
    newlyUnrouted.length === 0
      ? good('Every event that matches a rule now would still match one.')
      : bad(
          printable(
            `${newlyUnrouted.length} would be left without a rule: ${runsText(newlyUnrouted, newlyUnrouted.length)}`,
          ),
        )
  return [
    heading,
    same === events
      ? good('No outcome would change.')
      : `${events - same} would change outcome, ${same} unchanged.`,
    ...movesText(simulation),
    '',
    beforeAfter('RULE', rules),
    '',
    beforeAfter('OWNER', owners),
    '',
    unrouted,
    ...unlike.map(({ rule, message, count }) =>
      bad(printable(`rule "${rule}", ${counted(count, 'event')}: ${message}`)),
    ),
    ...(newlyRouted.length > 0
      ? [good(`${newlyRouted.length} that match no rule now would match one.`)]
      : []),
  ].join('\n')
}

/** Why a publication was refused, in a few lines. */
export const refusalText = (rehearsals: Rehearsal[]): string =>
  rehearsals
    .map(
      ({ workflow, number, simulation: { events, newlyUnrouted, newlyRouted } }) =>
        `${workflow}: of the last ${counted(events, 'event')}, ${newlyUnrouted.length} that version ${number} decides would be left without a rule` +
        `${newlyRouted.length > 0 ? ` (and ${newlyRouted.length} would match one for the first time)` : ''}: ${runsText(newlyUnrouted, newlyUnrouted.length)}`,
    )
    .join('\n')
