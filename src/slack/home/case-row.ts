// One case on the Home tab: what it is with its amount, the fact that decided it, what the first button does, whose and by when.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { headlineOf, sentenceFor } from '../../domain/exceptions/case-words.ts'
import { waysOf } from '../../domain/exceptions/ways.ts'
import { cardIn, titleOf } from '../cards/case.ts'
import { caseFigure } from '../cards/case-figure.ts'
import { isFinal } from '../cards/confirm.ts'
import { kindOf } from '../cards/exception-card.ts'
import { effectOf } from '../cards/words.ts'
import { cutMrkdwn, dueMoment, inline, mention, moment } from '../text.ts'

const MOST_WHY = 200

/** The rule that asks for it where there is one, else what stopped it. */
function decidedBy(view: ExceptionView): string {
  const { exception, reason, run } = view
  const { text } = cardIn(view)
  if (text !== undefined) return cutMrkdwn(text.replaceAll(/\s+/g, ' '), MOST_WHY)
  const rule = run.decisions.findLast(({ rule: name }) => name !== null)?.rule
  if (reason === 'approval_required' && rule != null)
    return inline(`${rule} → ${routeTitle(view)} needs approval`, MOST_WHY)
  const detail = exception.detail.trim()
  return inline(detail === '' ? sentenceFor({ reason, origin: kindOf(view).origin }) : detail, MOST_WHY)
}

const routeTitle = ({ run }: ExceptionView): string =>
  (run.route === null ? undefined : run.definition.routes[run.route]?.title) ?? run.route ?? 'its route'

export function caseRow(view: ExceptionView, now: Date): string {
  const { exception, reason, run } = view
  const kind = kindOf(view)
  const title = titleOf(view)
  const shown = inline(title, 150)
  const figure = caseFigure(view, shown)
  const [first] = waysOf(kind)
  const effect = first && isFinal(kind, first) ? ` ${inline(effectOf(view, first), 300)}` : ''
  const why = decidedBy(view)
  const { dueAt } = exception
  const due = dueAt ? ` · ${dueAt < now ? ':warning: was due' : 'due'} ${dueMoment(dueAt)}` : ''
  return [
    `*${shown}*${figure === undefined ? '' : `  ${inline(figure, 150)}`} · ${inline(run.workflow.title)}`,
    `${headlineOf({ reason, origin: kind.origin })}: ${why}${effect === '' || /[.!?…]$/.test(why) ? '' : '.'}${effect}`,
    `${mention(exception.ownerId, exception.ownerLabel)} since ${moment(exception.ownerSince)}${due}`,
  ].join('\n')
}
