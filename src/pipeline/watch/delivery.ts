// A digest that did not reach its readers is an exception of the operators: nobody misses what they do not know of.
import { labelOfId } from '../../db/people/people.ts'
import {
  openUndeliveredDigests,
  type UndeliveredDigest,
  undeliveredDigests,
} from '../../db/digest/undelivered-digests.ts'
import { type Finding, type WatchDeps, writeFound } from './finding.ts'

/** Slack may be away for a moment, or ask to wait. */
const DELIVERED_WITHIN_MS = 10 * 60_000

async function findingOf(deps: WatchDeps, digest: UndeliveredDigest): Promise<Finding> {
  const { cardId, name, windowStart, channel, standsIn, error } = digest
  const to = await labelOfId(deps.db.prisma, channel)
  const why = error === null ? 'Slack was not asked yet' : error
  const rest =
    standsIn === null
      ? 'Signalbox goes on trying, and this closes itself when it stands.'
      : 'It stands in another channel. Invite Signalbox for the next one, or name another channel in signalbox.yaml.'
  return {
    key: `digest:${cardId}`,
    subject: `digest ${name}`,
    reason: 'action_failed',
    detail: `The digest “${name}” did not reach ${to}: ${why}. ${rest}`,
    data: { digest_card: cardId, from: windowStart.toISOString(), channel },
    about: `digest/${name}`,
  }
}

/** Resolves with how many exceptions were opened and closed. */
export async function watchDelivery(deps: WatchDeps): Promise<{ opened: number; closed: number }> {
  const { db, clock } = deps
  const open = await openUndeliveredDigests(db.prisma)
  const known = new Set(open.map(({ cardId }) => cardId))
  const before = new Date(clock().getTime() - DELIVERED_WITHIN_MS)
  const fresh: Finding[] = []
  for (const digest of await undeliveredDigests(db.prisma, before))
    if (!known.has(digest.cardId)) fresh.push(await findingOf(deps, digest))
  const over = open.filter(({ isDelivered }) => isDelivered)
  return writeFound(deps, { over: over.map((one) => ({ ...one, note: 'it stands now' })), fresh })
}
