// The card's buttons that act at once: Approve and Retry. The card shows the result; only what went otherwise is told.
import { settleAnswerText } from '../answers/settle-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { readButtonValue } from '../ids.ts'
import type { PressContext, Wire } from '../wire.ts'

const act =
  (deps: SlackDeps, what: 'approve' | 'retry') =>
  async ({ value, userId, tell, channelId, isInModal }: PressContext): Promise<void> => {
    const carried = readButtonValue(value)
    if (!carried) return tell('This button is out of date. Use the newest card.')
    const answer = await deps.settle({
      exceptionId: carried.exceptionId,
      actor: { id: userId, surface: 'slack' },
      settlement: { do: what },
      revision: carried.revision,
    })
    const text = settleAnswerText(answer, userId)
    if (text !== undefined) await tell(text)
    // Pressed in App Home, which nobody else redraws.
    if (channelId === undefined && !isInModal) await deps.publishHome(userId)
  }

export function listenApprove(wire: Wire, deps: SlackDeps): void {
  wire.press('approve', act(deps, 'approve'))
}

export function listenRetry(wire: Wire, deps: SlackDeps): void {
  wire.press('retry', act(deps, 'retry'))
}
