// The card's buttons that act at once: approve, retry, process anyway, and a choice that asks for nothing. Slack has asked before
// (confirm.ts). The card shows the result to everybody; who pressed is told what they did, or what went otherwise.
import { readException } from '../../db/exceptions/exception-view.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { Resolution } from '../../pipeline/exception/resolution.ts'
import type { SlackDeps } from '../deps.ts'
import { choiceActionPattern, readButtonValue } from '../app/ids.ts'
import type { ActionContext, SlackApp } from '../app/slack-app.ts'
import { choiceModal, formOf } from '../modals/choose.ts'
import { openFor, OUT_OF_DATE } from './exception-action.ts'
import { resultFor } from './tell-result.ts'

async function act(
  app: SlackApp,
  deps: SlackDeps,
  { value, userId, tell, channelId, isInModal }: ActionContext,
  resolution: Resolution,
): Promise<void> {
  const carried = readButtonValue(value)
  if (!carried) return tell(OUT_OF_DATE)
  const answer = await deps.resolve({
    exceptionId: carried.exceptionId,
    actor: { id: userId, surface: 'slack' },
    resolution,
    revision: carried.revision,
  })
  const isInHome = channelId === undefined && !isInModal
  const text =
    resolveAnswerText(answer, userId) ?? (isInHome ? undefined : await resultFor(deps, carried.exceptionId))
  if (text !== undefined) await tell(text)
  // Pressed in App Home, which nobody else redraws.
  if (isInHome) await deps.publishHome(userId)
  else app.didSomething(userId)
}

export function listenAtOnce(app: SlackApp, deps: SlackDeps): void {
  for (const what of ['approve', 'retry', 'process'] as const)
    app.action(what, (context) => act(app, deps, context, { do: what }))
  app.action(choiceActionPattern, async (context) => {
    const { exceptionId, choice } = readButtonValue(context.value) ?? {}
    if (exceptionId === undefined || choice === undefined) return context.tell(OUT_OF_DATE)
    const view = await readException(deps.db.prisma, exceptionId)
    const form = view && formOf(view, choice)
    if (!form) return act(app, deps, context, { do: 'choose', choice })
    return openFor(deps, context, { title: form.label, build: (open) => choiceModal(open, choice) })
  })
}
