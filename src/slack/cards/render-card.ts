// From a card row to the message that should stand in Slack now.
import { everyoneMay } from '../../access/access.ts'
import type { CardKind } from '../../db/cards/cards.ts'
import { readException } from '../../db/exceptions/exception-view.ts'
import type { Tx } from '../../db/store/open.ts'
import { digestCard } from './digest-card.ts'
import { readStorm } from '../../db/exceptions/storms.ts'
import { stormCard } from './storm-card.ts'
import { type NoticeView, readNotice } from '../../db/cards/notices.ts'
import { noticeCard } from './notice.ts'
import { type Origin, originOf } from '../../db/cards/own-channel.ts'
import { outlinedDigest, outlinedException, outlinedNotice, outlinedStorm } from './outline.ts'
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
  /** Where it is meant to stand, as its row has it. */
  channel: string
  /** Why it stands elsewhere. */
  note?: string | undefined
}

/** Only its workflow's own channel gets a card whole, unless everyone may read its runs. What we found ourselves hides nothing. */
async function isWhole(
  tx: Tx,
  { channel, note }: Pick<CardToRender, 'channel' | 'note'>,
  { workflow, source, ownChannel }: Origin,
): Promise<boolean> {
  const isAtHome = note === undefined && channel === ownChannel.id
  return isAtHome || source === 'watchdog' || everyoneMay(tx, 'read', workflow)
}

async function isWholeNotice(tx: Tx, notice: NoticeView): Promise<boolean> {
  if (notice.note === null) return true
  const view = await readException(tx, notice.exceptionId)
  if (!view) return false
  const stands = { channel: notice.meantFor ?? '', note: notice.isElsewhere ? '' : undefined }
  return isWhole(tx, stands, await originOf(tx, view.run))
}

/** undefined: there is nothing (any more) that this card could show. */
export async function renderCard(
  tx: Tx,
  card: CardToRender,
): Promise<(RenderedMessage & { thread?: Thread }) | undefined> {
  const { id, kind, subjectId, note } = card
  if (kind === 'exception') {
    const view = await readException(tx, subjectId)
    if (!view) return undefined
    const origin = await originOf(tx, view.run)
    const shown = (await isWhole(tx, card, origin)) ? view : outlinedException(view, origin.ownChannel.name)
    return exceptionCard(shown, { note })
  }
  if (kind === 'digest') {
    if (note !== undefined) return outlinedDigest(note)
    const digest = await tx.digest.findUnique({ where: { id: subjectId } })
    return digest ? digestCard(digest) : undefined
  }
  if (kind === 'storm') {
    const storm = await readStorm(tx, id)
    return storm && stormCard((await isWhole(tx, card, storm)) ? storm : outlinedStorm(storm), note)
  }
  if (kind === 'notice') {
    const notice = await readNotice(tx, subjectId)
    if (!notice?.thread) return undefined
    const shown = (await isWholeNotice(tx, notice)) ? notice : outlinedNotice(notice)
    return { ...noticeCard(shown), thread: notice.thread }
  }
  if (kind === 'message') return { text: ERASED, blocks: [{ type: 'section', text: plain(ERASED) }] }
  return undefined
}
