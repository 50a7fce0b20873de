// What waits for one person, in a direct message: how much, how late, and the most urgent of it.
import type { KnownBlock } from '@slack/types'
import { oneOrMany } from '../../domain/digest/digest-words.ts'
import type { OwnerDigest } from '../../domain/digest/owner-digest.ts'
import { sentenceOf } from '../../domain/exceptions/reasons.ts'
import { inline, moment, mrkdwn } from '../text.ts'
import type { RenderedMessage } from './exception-card.ts'

function line({ title, subject, reason, openedAt, dueAt }: OwnerDigest['items'][number]): string {
  const what = subject === null ? title : `${title} ${subject}`
  const due = dueAt === null ? '' : `, due ${moment(new Date(dueAt))}`
  const why = sentenceOf(reason)
  return `• *${inline(what, 120)}* since ${moment(new Date(openedAt))}${due}: ${inline(why, 120)}`
}

const section = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(text) })

export function ownerDigestCard({ open, overdue, items }: OwnerDigest): RenderedMessage {
  const late = overdue === 0 ? '' : `, ${overdue} past due`
  const lead = `${oneOrMany(open, 'exception is', 'exceptions are')} assigned to you${late}.`
  const more = open - items.length
  return {
    text: lead,
    blocks: [
      section(`*${lead}*`),
      ...items.map((item) => section(line(item))),
      {
        type: 'context',
        elements: [
          mrkdwn(
            `${more > 0 ? `And ${more} more. ` : ''}The cards stand in their channels; the app's Home shows all of them.`,
          ),
        ],
      },
    ],
  }
}
