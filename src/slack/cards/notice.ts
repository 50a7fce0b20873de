// A line in a card's thread: who did what, when, and why.
import type { KnownBlock } from '@slack/types'
import type { NoticeView } from '../../db/cards/notices.ts'
import { buttonValue } from '../app/ids.ts'
import { cut, inline, mention, moment, mrkdwn, plain } from '../text.ts'
import type { RenderedMessage } from './exception-card.ts'

const textIn = (value: unknown, name: string): string | undefined => {
  if (typeof value !== 'object' || value === null || !(name in value)) return undefined
  const found = (value as Record<string, unknown>)[name]
  return typeof found === 'string' ? found : undefined
}

const until = (after: unknown): string => {
  const at = new Date(textIn(after, 'until') ?? '')
  return Number.isNaN(at.getTime()) ? '' : ` until ${moment(at)}`
}

/** What happened, as the end of a sentence that begins with who did it. */
function happened({ action, before, after, isOfMany }: NoticeView): string {
  const to = textIn(after, 'owner') ?? textIn(after, 'to')
  const toWhom = to === undefined ? 'nobody' : mention(to, to)
  switch (action) {
    case 'exception.reassigned':
      return `gave ${isOfMany ? 'some of these' : 'it'} to ${toWhom}`
    case 'exception.approval_counted':
      return 'approved (more approvals are needed)'
    case 'exception.changed':
      return 'approved with a change (the other approvers must approve again)'
    case 'exception.acknowledged':
      return 'is working on it'
    case 'exception.decayed':
      return 'Nobody has resolved it yet; it needs attention again'
    case 'exception.noted':
      return 'noted'
    case 'exception.asked':
      return `asks ${toWhom}`
    case 'exception.answered':
      return 'answered'
    case 'exception.snoozed':
      return `snoozed it${until(after)}`
    case 'exception.woke':
      return 'The snooze is over'
    case 'exception.reminded':
      return `${toWhom}, ${isOfMany ? 'some of these are overdue and assigned' : 'this is overdue and assigned'} to you`
    case 'exception.escalated':
      return isOfMany
        ? `Some of these are overdue and were escalated to ${toWhom}`
        : `It is overdue and was escalated to ${toWhom}`
    case 'exception.mailed':
      return 'Sent by mail too'
    case 'exception.succeeded':
      if (isOfMany) return `The owner of some of these left; now assigned to ${toWhom}`
      return textIn(before, 'owner') === undefined
        ? `It had no owner; now assigned to ${toWhom}`
        : `Its owner left; now assigned to ${toWhom}`
    case 'exception.recovered':
      return 'It recovered by itself'
    case 'exception.replayed':
      return 'replayed it as a run of its own'
    case 'exception.expired':
      return 'Nobody acted in time'
    case 'exception.done':
      return 'marked it done'
    case 'exception.processed':
      return 'processed it anyway'
    case 'exception.chosen':
      return `chose “${inline(textIn(after, 'choice') ?? '')}”`
    case 'exception.approved':
    case 'exception.retried':
    case 'exception.fixed':
    case 'exception.declined':
    case 'exception.dismissed':
      return `${action.replace('exception.', '')} it`
    default:
      return inline(action.replace('exception.', '').replaceAll('_', ' '))
  }
}

const isFromEngine = (actor: string): boolean => actor === 'engine'

export function noticeCard(view: NoticeView): RenderedMessage {
  const what = happened(view)
  const who = isFromEngine(view.actor) ? '' : `${mention(view.actor, view.actor)} `
  const blocks: KnownBlock[] = [
    { type: 'section', text: mrkdwn(`${who}${what} · ${moment(view.at)}`) },
    ...(view.note ? [{ type: 'section' as const, text: plain(view.note, 2000) }] : []),
  ]
  if (view.action === 'exception.asked') {
    blocks.push({
      type: 'actions',
      block_id: `answer:${view.exceptionId}`,
      elements: [
        {
          type: 'button',
          action_id: 'answer',
          style: 'primary',
          text: { type: 'plain_text', text: 'Answer' },
          value: buttonValue({ exceptionId: view.exceptionId, revision: view.revision }),
        },
      ],
    })
  }
  return { text: `${who}${what}${view.note ? `: ${inline(cut(view.note, 150), 150)}` : ''}`, blocks }
}
