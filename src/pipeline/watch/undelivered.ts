// A digest that did not reach its readers is an exception of the operators: nobody misses what they do not know of.
import { labelsOf } from '../../db/people.ts'
import { openUndelivered, type UndeliveredDigest, undeliveredDigests } from '../../db/undelivered-digests.ts'
import { closeFinding, raiseFinding, underOperators, type WatchDeps } from './finding.ts'

/** Slack may be away for a moment, or ask to wait. */
const DELIVERED_WITHIN_MS = 10 * 60_000

async function raise(deps: WatchDeps, digest: UndeliveredDigest): Promise<boolean> {
  const under = await underOperators(deps)
  if (!under) return false
  const { cardId, name, windowStart, channel, standsIn, error } = digest
  const to = (await labelsOf(deps.db.prisma, [channel])).get(channel) ?? channel
  const why = error === null ? 'Slack was not asked yet' : error
  const rest =
    standsIn === null
      ? 'Signalbox goes on trying, and this closes itself when it stands.'
      : 'It stands in another channel. Invite Signalbox for the next one, or name another channel in signalbox.yaml.'
  return raiseFinding(deps, {
    under,
    key: `digest:${cardId}`,
    subject: `digest ${name}`,
    reason: 'action_failed',
    detail: `The digest “${name}” did not reach ${to}: ${why}. ${rest}`,
    data: { digest_card: cardId, from: windowStart.toISOString(), channel },
    about: `digest/${name}`,
  })
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchDelivery(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db, clock, cardsChanged } = deps
  const open = await openUndelivered(db.prisma)
  const known = new Set(open.map(({ cardId }) => cardId))
  let opened = 0
  let closed = 0
  for (const { id, runId, isDelivered } of open)
    if (isDelivered && (await closeFinding(deps, { id, runId, note: 'it stands now' }))) closed += 1
  const before = new Date(clock().getTime() - DELIVERED_WITHIN_MS)
  for (const digest of await undeliveredDigests(db.prisma, before))
    if (!known.has(digest.cardId) && (await raise(deps, digest))) opened += 1
  if (opened + closed > 0) cardsChanged()
  return { opened, closed }
}
