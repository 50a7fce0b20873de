// Decline, dismiss, mark done: the window asks why, or what was done; its submission resolves.
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import type { SlackDeps } from '../deps.ts'
import { closeOrSay } from '../app/message-view.ts'
import { readModalMetadata } from '../modals/exception-modal.ts'
import {
  needsReason,
  REASON,
  reasonModal,
  waysWithReason,
  type WayWithReason,
} from '../modals/with-reason.ts'
import { type SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'
import { tellAfterwards } from './tell-result.ts'

const titles: Record<WayWithReason, string> = { decline: 'Decline', dismiss: 'Dismiss', done: 'Mark done' }
const failed: Record<WayWithReason, string> = {
  decline: "Couldn't decline",
  dismiss: "Couldn't dismiss",
  done: "Couldn't mark it done",
}

export function listenWithReason(app: SlackApp, deps: SlackDeps): void {
  for (const way of waysWithReason) {
    app.action(way, (context) =>
      openFor(deps, context, { title: titles[way], build: (view) => reasonModal(view, way) }),
    )
    app.view(way, async ({ userId, view, client }) => {
      const note = view.state.values[REASON.block]?.[REASON.action]?.value?.trim() ?? ''
      if (note === '' && needsReason(way))
        return { do: 'errors', errors: { [REASON.block]: 'Say why: the reason is kept with the run.' } }
      const exceptionId = readModalMetadata(view.private_metadata)
      const answer = await deps.resolve({
        exceptionId,
        actor: { id: userId, surface: 'slack' },
        resolution: { do: way, note },
      })
      tellAfterwards(app, deps, answer, { exceptionId, userId, client })
      return closeOrSay(failed[way], resolveAnswerText(answer, userId))
    })
  }
}
