// Open exceptions as lines: for /workflow queue and App Home.
import type { ExceptionLine } from '../../db/exceptions/exception-view.ts'
import { counted } from '../../domain/text/counted.ts'
import { isReason } from '../../domain/exceptions/reasons.ts'
import { headlineOf } from '../../domain/exceptions/case-words.ts'
import { dueMoment, inline, mention, moment, mrkdwn } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'
import { chunksOf, pageBlock } from './pages.ts'

const CHUNK = 5

export function queueLine(line: ExceptionLine, now: Date): string {
  const what = isReason(line.reason)
    ? headlineOf({ reason: line.reason, origin: line.kind.origin })
    : inline(line.reason)
  const due = line.dueAt ? `, ${line.dueAt < now ? ':warning: was due' : 'due'} ${dueMoment(line.dueAt)}` : ''
  const owner = mention(line.ownerId, line.ownerSpec)
  return `• *${inline(line.subject ?? line.runId)}* (${inline(line.workflow)}) ${what}, ${owner} since ${moment(line.openedAt)}${due}`
}

export interface QueuePage {
  /** In words; undefined: everybody's. */
  whose: string | undefined
  lines: ExceptionLine[]
  total: number
  page: number
  pages: number
  now: Date
  /** What was typed, without the page. */
  command: string
}

export function queueAnswer({ whose, lines, total, page, pages, now, command }: QueuePage): Reply {
  const of = whose === undefined ? '' : ` for ${whose}`
  if (total === 0) return { text: `No open exceptions${of}.` }
  const title = `${counted(total, 'open exception')}${of}`
  const texts = lines.map((line) => queueLine(line, now))
  const chunks = chunksOf(texts, CHUNK).map((some) => some.join('\n'))
  return {
    text: title,
    blocks: [
      {
        type: 'section',
        text: mrkdwn(`*${title}*, soonest due first`),
      },
      ...chunks.map((text) => ({ type: 'section' as const, text: mrkdwn(text) })),
      ...pageBlock({ page, pages, command }),
    ],
  }
}
