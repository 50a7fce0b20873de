// What a draft would move, in Slack's words: how many, from where to where, and whom it leaves without a rule.
import { counted } from '../../domain/text/counted.ts'
import type { Trial } from '../../workflow/publish/drafts.ts'
import { moreUnrouted, type Rehearsal } from '../../workflow/publish/rehearse.ts'
import { escape, inline } from '../text.ts'

const MOST_MOVES = 8
const MOST_RUNS = 3
const MOST_OWNERS = 10

const runsText = (runs: string[], count: number): string =>
  `${runs
    .slice(0, MOST_RUNS)
    .map((run) => `\`${inline(run)}\``)
    .join(' ')}${count > MOST_RUNS ? ` and ${count - MOST_RUNS} more` : ''}`

export function rehearsalLines({ number, simulation }: Rehearsal): string[] {
  const { events, same, moved, owners, newlyUnrouted, newlyRouted, unlike } = simulation
  if (events === 0) return ['No event was recorded to try it on.']
  const changedOwners = owners.filter(({ before, after }) => before !== after).slice(0, MOST_OWNERS)
  return [
    same === events
      ? `*No outcome would change* of the last ${events} events, beside version ${number}.`
      : `*${events - same} of the last ${events} events would change outcome*, beside version ${number}:`,
    ...moved
      .slice(0, MOST_MOVES)
      .map(
        ({ from, to, count, runs }) =>
          `• ${count} from ${escape(from)} to ${escape(to)}: ${runsText(runs, count)}`,
      ),
    ...(moved.length > MOST_MOVES ? [`and ${moved.length - MOST_MOVES} more kinds of moves`] : []),
    ...changedOwners.map(
      ({ name, before, after }) => `• owner ${inline(name)}: ${after} instead of ${before}`,
    ),
    newlyUnrouted.length === 0
      ? 'No event that a rule takes now is left without one.'
      : `:warning: *${newlyUnrouted.length} would be left without a rule*: ${runsText(newlyUnrouted, newlyUnrouted.length)}`,
    ...unlike
      .slice(0, MOST_MOVES)
      .map(
        ({ rule, message, count }) =>
          `:warning: rule ${inline(rule)}, ${counted(count, 'event')}: ${escape(message)}`,
      ),
    ...(newlyRouted.length > 0 ? [`${newlyRouted.length} that no rule takes now would have one.`] : []),
  ]
}

export const leavesMoreUnrouted = (rehearsal: Rehearsal | undefined): boolean =>
  rehearsal !== undefined && moreUnrouted(rehearsal.simulation) > 0

/** What a trial of a draft tells whoever asked for it. */
export function trialLines({ rehearsal, untried }: Pick<Trial, 'rehearsal' | 'untried'>): string[] {
  if (!untried) return rehearsal ? rehearsalLines(rehearsal) : ['No event was recorded to try it on.']
  const { masked, who } = untried
  return [
    `*Not tried for you*: this workflow masks ${inline(masked.join(', '), 300)}, and which events a draft moves tells what is masked. To try it, ask ${inline(who, 300)}.`,
  ]
}
