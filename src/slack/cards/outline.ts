// What of a card may stand in a channel that is not its workflow's own: that a person is needed and who it is, with nothing of
// what is inside the run. Pure.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { NoticeView } from '../../db/cards/notices.ts'
import type { StormView } from '../../db/exceptions/storms.ts'
import { isJsonObject, type JsonValue } from '../../domain/values/json.ts'
import { inline, mrkdwn } from '../text.ts'
import type { RenderedMessage } from './exception-card.ts'

const heldBack = (channel: string): string =>
  `The details are only for people who can read this run, such as members of ${channel}. “Why?” shows them.`

/** `channel`: the workflow's own. */
export function outlinedException({ exception, run, reason }: ExceptionView, channel: string): ExceptionView {
  const { data } = exception as { data: JsonValue }
  // How it may be resolved is of the file.
  const { instead_of, origin, choices } = isJsonObject(data) ? data : {}
  return {
    reason,
    exception: {
      ...exception,
      detail: heldBack(channel),
      data: Object.fromEntries(
        Object.entries({ instead_of, origin, choices }).filter(([, value]) => value !== undefined),
      ) as typeof exception.data,
      resolvedNote: null,
    },
    run: {
      ...run,
      subject: run.id,
      route: null,
      record: null,
      decisions: [],
      attempts: [],
      outcome: run.outcome && { ...run.outcome, note: null },
      status: { ...run.status, failedAction: null, lastSuccess: null },
    },
  }
}

export const outlinedStorm = (storm: StormView): StormView => ({
  ...storm,
  detail: heldBack(storm.ownChannel.name).replace('“Why?”', '“Show the list”'),
  members: [],
})

/** What people write to each other about a run is as much inside it. */
export const outlinedNotice = (notice: NoticeView): NoticeView => ({
  ...notice,
  note:
    notice.note === null
      ? null
      : '(“Why?” on the card shows what was written to those who may read this run)',
})

/** `note` says where the digest was meant for. */
export function outlinedDigest(note: string): RenderedMessage {
  const text = `A digest could not be posted. ${inline(note, 300)} Invite Signalbox there: what is in it is for those who read that channel.`
  return { text, blocks: [{ type: 'section', text: mrkdwn(`:warning: ${text}`) }] }
}
