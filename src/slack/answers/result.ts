// What a press did, for who pressed: the case with its amount, and what happens now or what it waits for.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { caseFigure } from '../cards/case-figure.ts'
import { titleOf } from '../cards/case.ts'
import { nextSteps, resolvedWord } from '../cards/words.ts'
import { inline, mention } from '../text.ts'

const ended: Record<string, string> = {
  achieved: 'The case is closed.',
  declined: 'The case is closed as declined.',
  dismissed: 'The case is closed as dismissed.',
  failed: 'The case is closed as failed.',
  ignored: 'The case is closed, nothing to do.',
}

function next(view: ExceptionView): string {
  const { run } = view
  if (run.outcome) return ended[run.outcome.kind] ?? 'The case is closed.'
  const open = run.exceptions.find(({ state }) => state === 'open')
  if (open) {
    const owner = mention(open.ownerId, open.ownerLabel)
    return open.reason === 'approval_required'
      ? `It now waits for approval, with ${owner}.`
      : `It stopped again, with ${owner}: see its new card.`
  }
  if (run.stage !== 'act') return 'The rules are running on it now.'
  const steps = nextSteps(view)
  return steps === '' ? 'Its run continues.' : `Running now: ${inline(steps, 400)}.`
}

/** Of one that was just resolved. */
export function resultText(view: ExceptionView): string {
  const title = inline(titleOf(view), 150)
  const figure = caseFigure(view, title)
  const what = figure === undefined ? title : `${title}, ${inline(figure, 150)}`
  return `:white_check_mark: ${inline(resolvedWord(view.exception))}: ${what}. ${next(view)}`
}
