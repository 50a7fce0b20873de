// From a card row to the message that should stand in Slack now.
import type { CardKind } from '../../db/cards.ts'
import { readException } from '../../db/exception-view.ts'
import type { Tx } from '../../db/open.ts'
import { digestCard } from './digest-card.ts'
import { readStorm } from '../../db/storms.ts'
import { stormCard } from './storm-card.ts'
import { readNotice } from '../../db/notices.ts'
import { noticeCard } from './notice.ts'
import { plain } from '../text.ts'
import { exceptionCard, type RenderedMessage } from './exception-card.ts'

const ERASED = 'What this message said was erased on request.'

/** A message that stands in the thread of another one. */
export interface Thread {
  channel: string
  ts: string
}

export interface CardToRender {
  /** The card's own id: a storm is its members. */
  id: string
  kind: CardKind
  subjectId: string
  note?: string | undefined
}

/** undefined: there is nothing (any more) that this card could show. */
export async function renderCard(
  tx: Tx,
  { id, kind, subjectId, note }: CardToRender,
): Promise<(RenderedMessage & { thread?: Thread }) | undefined> {
  if (kind === 'exception') {
    const view = await readException(tx, subjectId)
    return view && exceptionCard(view, { note })
  }
  if (kind === 'digest') {
    const digest = await tx.digest.findUnique({ where: { id: subjectId } })
    return digest ? digestCard(digest, note) : undefined
  }
  if (kind === 'storm') {
    const storm = await readStorm(tx, id)
    return storm && stormCard(storm, note)
  }
  if (kind === 'notice') {
    const notice = await readNotice(tx, subjectId)
    return notice?.thread ? { ...noticeCard(notice), thread: notice.thread } : undefined
  }
  if (kind === 'message') return { text: ERASED, blocks: [{ type: 'section', text: plain(ERASED) }] }
  return undefined
}
