// App Home: what waits for me by due time, what I may approve, my team's load, workflows I own. Pure.
import type { HomeView, KnownBlock } from '@slack/types'
import type { ExceptionLine, ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { Load } from '../../db/exceptions/queue-view.ts'
import type { WorkflowHealth } from '../../db/workflows/workflow-health.ts'
import { workflowLine } from '../answers/list.ts'
import { chunksOf } from '../answers/pages.ts'
import { queueLine } from '../answers/queue.ts'
import { caseRow } from './case-row.ts'
import { confirmsOf, confirmsOfLine } from '../cards/confirm.ts'
import { wayButtons } from '../cards/way-buttons.ts'
import { mention, moment, mrkdwn } from '../text.ts'

export interface HomeContent {
  /** Those that are shown with their buttons, with their runs; of one that is gone by now, its line stands. */
  views: Map<string, ExceptionView>

  mine: { lines: ExceptionLine[]; total: number }
  toApprove: ExceptionLine[]
  /** For operators: what waits for whomever. */
  everything?: { lines: ExceptionLine[]; total: number }
  load: Load[]
  workflows: WorkflowHealth[]
  /** Sees all workflows, not only their own. */
  isOperator: boolean
  now: Date
}

/** With buttons, in each of the two lists. */
export const MOST_LINES = 12
const MOST_WORKFLOWS = 20

const heading = (text: string): KnownBlock => ({ type: 'header', text: { type: 'plain_text', text } })
const small = (text: string): KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] })

/** One exception in a list, with what its card offers. */
export function lineWithButtons(line: ExceptionLine, now: Date): KnownBlock[] {
  return [
    { type: 'section', text: mrkdwn(queueLine(line, now)) },
    {
      type: 'actions',
      block_id: `line:${line.id}`,
      elements: wayButtons(line.kind, line, confirmsOfLine(line)),
    },
  ]
}

const rowBlocks = (line: ExceptionLine, { views, now }: HomeContent): KnownBlock[] => {
  const view = views.get(line.id)
  if (!view) return lineWithButtons(line, now)
  return [
    { type: 'section', text: mrkdwn(caseRow(view, now)) },
    { type: 'actions', block_id: `line:${line.id}`, elements: wayButtons(line.kind, line, confirmsOf(view)) },
  ]
}

const MOST_OF_ALL = 10

function everythingBlocks({ lines, total }: NonNullable<HomeContent['everything']>, now: Date): KnownBlock[] {
  if (total === 0) return [heading('All open exceptions'), small('No open exceptions.')]
  const shown = lines.slice(0, MOST_OF_ALL).map((line) => queueLine(line, now))
  return [
    heading(`All open exceptions (${total})`),
    ...chunksOf(shown, 5).map((some): KnownBlock => ({ type: 'section', text: mrkdwn(some.join('\n')) })),
    ...(total > shown.length ? [small(`and ${total - shown.length} more: \`/workflow queue all\``)] : []),
  ]
}

/** The same exception stands once: a block_id may not come twice in a view. */
export function shownIn({ mine, toApprove }: Pick<HomeContent, 'mine' | 'toApprove'>) {
  const shownMine = mine.lines.slice(0, MOST_LINES)
  const reviews = toApprove.filter(({ id }) => !shownMine.some((one) => one.id === id)).slice(0, MOST_LINES)
  return { shownMine, reviews }
}

export function homeView(content: HomeContent): HomeView {
  const { mine, everything, load, workflows, isOperator, now } = content
  const { shownMine, reviews } = shownIn(content)
  const more = mine.total - shownMine.length
  return {
    type: 'home',
    blocks: [
      heading('Assigned to you'),
      ...(shownMine.length === 0
        ? [small('Nothing. :sunny:')]
        : shownMine.flatMap((line) => rowBlocks(line, content))),
      ...(more > 0 ? [small(`and ${more} more: \`/workflow queue\``)] : []),
      ...(reviews.length === 0
        ? []
        : [heading('You can also approve'), ...reviews.flatMap((line) => rowBlocks(line, content))]),
      ...(everything ? everythingBlocks(everything, now) : []),
      ...(load.length === 0
        ? []
        : [
            heading(isOperator ? 'Load' : "Your team's load"),
            small(
              load
                .map(
                  ({ ownerId, open, overdue }) =>
                    `${mention(ownerId, ownerId)} ${open} open${overdue > 0 ? `, :warning: ${overdue} overdue` : ''}`,
                )
                .join('\n'),
            ),
          ]),
      ...(workflows.length === 0
        ? []
        : [
            heading(isOperator ? 'All workflows' : 'Your workflows'),
            ...workflows
              .slice(0, MOST_WORKFLOWS)
              .map((one): KnownBlock => ({ type: 'section', text: mrkdwn(workflowLine(one)) })),
          ]),
      small(`As of ${moment(now)}. \`/workflow help\` lists what you can type.`),
    ],
  }
}
