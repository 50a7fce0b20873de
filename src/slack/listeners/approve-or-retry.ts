// The card's buttons that act at once: Approve and Retry. The card shows the result; only what went otherwise is told.
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { readButtonValue } from '../app/ids.ts'
import type { ActionContext, SlackApp } from '../app/slack-app.ts'

const act =
  (deps: SlackDeps, what: 'approve' | 'retry') =>
  async ({ value, userId, tell, channelId, isInModal }: ActionContext): Promise<void> => {
    const carried = readButtonValue(value)
    if (!carried) return tell('This button is out of date. Use the newest card.')
    const answer = await deps.resolve({
      exceptionId: carried.exceptionId,
      actor: { id: userId, surface: 'slack' },
      resolution: { do: what },
      revision: carried.revision,
    })
    const text = resolveAnswerText(answer, userId)
    if (text !== undefined) await tell(text)
    // Pressed in App Home, which nobody else redraws.
    if (channelId === undefined && !isInModal) await deps.publishHome(userId)
  }

export function listenApprove(app: SlackApp, deps: SlackDeps): void {
  app.action('approve', act(deps, 'approve'))
}

export function listenRetry(app: SlackApp, deps: SlackDeps): void {
  app.action('retry', act(deps, 'retry'))
}
