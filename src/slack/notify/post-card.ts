// Brings one card in Slack to what the database says. Each step is committed before the next, so that a crash
// anywhere leaves a row from which the next try goes on to one right card.
import { failPoint } from '../../fail-point.ts'
import { type CardKind, cardStands, cardWaits, type DueCard, noteCardPost } from '../../db/cards/cards.ts'
import { readNotice, wantNotices, wantStormNotices } from '../../db/cards/notices.ts'
import type { Database } from '../../db/store/open.ts'
import { labelOfId } from '../../db/people/people.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import type { WebClient } from '@slack/web-api'
import type { RenderedMessage } from '../cards/exception-card.ts'
import { renderCard, type Thread } from '../cards/render-card.ts'
import type { Channels } from '../api/channels.ts'
import { findPosted } from '../api/find-posted.ts'
import { CARD_EVENT } from '../app/ids.ts'
import type { NewBlocks } from './new-blocks.ts'
import type { Pacer } from '../api/pacer.ts'
import { isSlackError, isWholeSlack, slackFault, type SlackFault } from '../api/slack-fault.ts'

export interface PostDeps {
  db: Database
  client: WebClient
  channels: Channels
  pacer: Pacer
  newBlocks: NewBlocks
  clock: () => Date
  random: () => number
}

const FIRST_WAIT_MS = 1000
const MOST_WAIT_MS = 60_000
const CREDENTIALS_WAIT_MS = 60_000

const whyNot: Record<string, string> = {
  channel_not_found: 'does not exist, or Signalbox has not been invited',
  not_in_channel: 'has not invited Signalbox',
  is_archived: 'is archived',
}

interface Rendering extends RenderedMessage {
  thread?: Thread
  revision: number
}

/** The request is read before what is rendered: what changes in between makes the card due once more, never stale. */
async function render(
  { db }: PostDeps,
  card: DueCard,
  note: string | undefined,
): Promise<Rendering | undefined> {
  const { wantedRevision } = await db.prisma.card.findUniqueOrThrow({ where: { id: card.id } })
  const message = await renderCard(db.prisma, {
    id: card.id,
    kind: card.kind,
    subjectId: card.subjectId,
    channel: card.channel,
    note,
  })
  return message && { ...message, revision: wantedRevision }
}

/** Where cards go whose own channel does not take them. */
async function fallbackChannel({ db, channels }: PostDeps, not: string): Promise<string | undefined> {
  const { alerts, exceptions } = (await newestStandards(db.prisma)).channels
  for (const name of [alerts, exceptions]) {
    const id = name === undefined ? undefined : await channels.idOf(name)
    if (id !== undefined && id !== not) return id
  }
  return undefined
}

async function update(deps: PostDeps, card: DueCard & { ts: string }): Promise<void> {
  const { db, client, channels, pacer, newBlocks } = deps
  const channel = card.postedChannel ?? (await channels.idOf(card.channel))
  await pacer.turn(channel)
  const isElsewhere = channel !== (await channels.idOf(card.channel))
  const rendering = await render(deps, card, isElsewhere ? await elsewhere(deps, card.channel) : undefined)
  if (!rendering) return gone(deps, card)
  const { revision, thread: _thread, ...message } = rendering
  await newBlocks.send(message, (sent) => client.chat.update({ channel, ts: card.ts, ...sent }))
  await cardStands(db.prisma, card.id, {
    channel,
    ts: card.ts,
    revision,
    error: isElsewhere ? card.error : null,
  })
  await wantLines(deps, card)
}

/** The lines that belong into the thread of what stands now. */
async function wantLines({ db, clock }: PostDeps, { id, kind, subjectId }: DueCard): Promise<void> {
  if (kind === 'exception') await wantNotices(db.prisma, subjectId, clock())
  if (kind === 'storm') await wantStormNotices(db.prisma, id, clock())
}

const elsewhere = async ({ db }: PostDeps, channel: string, code?: string): Promise<string> =>
  `Meant for ${await labelOfId(db.prisma, channel)}, which ${whyNot[code ?? ''] ?? 'Signalbox cannot post to'}.`

/** Nothing to show: the row says so and is left alone. */
async function gone({ db }: PostDeps, card: DueCard): Promise<void> {
  await db.prisma.card.update({
    where: { id: card.id },
    data: { postedRevision: card.wantedRevision, leaseUntil: null, error: 'there is nothing to show' },
  })
}

async function postTo(deps: PostDeps, card: DueCard, at: { channel: string; note?: string }): Promise<void> {
  const { db, client, pacer, newBlocks, clock } = deps
  await pacer.turn(at.channel)
  const rendering = await render(deps, card, at.note)
  if (!rendering) return gone(deps, card)
  const { revision, thread, ...message } = rendering
  const channel = thread?.channel ?? at.channel
  if (!(await noteCardPost(db.prisma, card, { at: clock(), channel }))) return
  failPoint('post.noted')
  const answer = await newBlocks.send(message, (sent) =>
    client.chat.postMessage({
      channel,
      ...(thread ? { thread_ts: thread.ts } : {}),
      ...sent,
      unfurl_links: false,
      unfurl_media: false,
      metadata: {
        event_type: CARD_EVENT,
        event_payload: { ...message.payload, card: card.id, kind: card.kind },
      },
    }),
  )
  failPoint('post.answered')
  await cardStands(db.prisma, card.id, {
    channel: answer.channel ?? channel,
    ts: answer.ts ?? '',
    revision,
    error: at.note ?? null,
  })
  await wantLines(deps, card)
}

/** What waits for one person is nobody else's to read. */
const isDirect = ({ kind, channel }: DueCard): boolean => kind === 'digest' && /^[UW]/.test(channel)

const threadOf = async ({ db }: PostDeps, { kind, subjectId }: DueCard): Promise<{ threadTs?: string }> => {
  const thread = kind === 'notice' ? (await readNotice(db.prisma, subjectId))?.thread : undefined
  return thread ? { threadTs: thread.ts } : {}
}

async function post(deps: PostDeps, card: DueCard): Promise<void> {
  const { db, client, channels } = deps
  if (card.postStartedAt && card.postedChannel !== null) {
    const ts = await findPosted(client, {
      channel: card.postedChannel,
      since: card.postStartedAt,
      eventType: CARD_EVENT,
      payload: { card: card.id },
      ...(await threadOf(deps, card)),
    })
    if (ts !== undefined) {
      await db.prisma.card.update({ where: { id: card.id }, data: { ts, postStartedAt: null } })
      return update(deps, { ...card, ts })
    }
  }
  const channel = await channels.idOf(card.channel)
  try {
    await postTo(deps, card, { channel })
  } catch (error) {
    const fault = slackFault(error)
    if (fault.kind !== 'channel' || isDirect(card)) throw error
    channels.forget()
    const fallback = await fallbackChannel(deps, channel)
    if (fallback === undefined) throw error
    await postTo(deps, card, { channel: fallback, note: await elsewhere(deps, card.channel, fault.code) })
  }
}

const backoffMs = (tries: number, random: number): number =>
  Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 10)) * (0.5 + random / 2)

const isOver = async ({ db }: PostDeps, kind: CardKind, subjectId: string): Promise<boolean> =>
  kind !== 'exception' || (await db.prisma.exception.count({ where: { id: subjectId, state: 'open' } })) === 0

/** What a fault means for the card's row. Nothing is given up while somebody still has to act on the card. */
async function afterFault(deps: PostDeps, card: DueCard, fault: SlackFault): Promise<void> {
  const { db, pacer, clock, random } = deps
  const at = clock()
  const inMs = (ms: number) => new Date(at.getTime() + ms)
  // What an earlier try may have posted is looked for again, whatever kept this one from looking.
  const unposted = card.ts === null && card.postStartedAt === null && fault.kind !== 'unknown'
  if (fault.kind === 'rate_limited') {
    const { postedChannel } = await db.prisma.card.findUniqueOrThrow({ where: { id: card.id } })
    for (const channel of new Set([card.channel, postedChannel ?? card.channel]))
      pacer.pause(channel, fault.afterMs)
    const wait = { at, nextTryAt: inMs(fault.afterMs), error: 'Slack asked to wait', counts: false }
    return cardWaits(db.prisma, card.id, { ...wait, unposted })
  }
  // A line whose thread is gone has nowhere to stand.
  if (card.kind === 'notice' && fault.kind === 'message_gone') return gone(deps, card)
  if (card.ts !== null && (fault.kind === 'message_gone' || fault.kind === 'channel')) {
    // The message cannot be changed any more. A resolved one may stay as it is; an open one stands anew elsewhere.
    if (await isOver(deps, card.kind, card.subjectId)) {
      await cardStands(db.prisma, card.id, {
        channel: card.postedChannel ?? card.channel,
        ts: card.ts,
        revision: card.wantedRevision,
        error: fault.code,
      })
      return
    }
    return cardWaits(db.prisma, card.id, { at, nextTryAt: at, error: fault.code, counts: true, lost: true })
  }
  const waitMs = fault.kind === 'credentials' ? CREDENTIALS_WAIT_MS : backoffMs(card.tries, random())
  await cardWaits(db.prisma, card.id, {
    at,
    nextTryAt: inMs(waitMs),
    error: fault.code,
    counts: true,
    unposted,
  })
}

/** `away`: it waits because Slack as a whole takes nothing. */
export type CardPosted = 'stands' | 'waits' | 'away'

/** Posts or updates one claimed card. Throws only what is a bug of ours; the lease then lets it be tried again. */
export async function postCard(deps: PostDeps, card: DueCard): Promise<CardPosted> {
  try {
    await (card.ts === null ? post(deps, card) : update(deps, { ...card, ts: card.ts }))
    return 'stands'
  } catch (error) {
    if (!isSlackError(error)) throw error
    const fault = slackFault(error)
    await afterFault(deps, card, fault)
    return isWholeSlack(fault) ? 'away' : 'waits'
  }
}
