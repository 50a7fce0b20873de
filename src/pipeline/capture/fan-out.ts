// What a source sends is written once and fans out: a run for each workflow that wants it, in the same commit. What nobody
// wants is counted.
import type { Logger } from 'pino'
import {
  countRepeats,
  type DeliveryKey,
  type EarlierDelivery,
  readEarlier,
  type StartedByDelivery,
  textOfKey,
} from '../../db/runs/deliveries.ts'
import { insertDeliveries, type NewDelivery, type NewEvent } from '../../db/runs/events.ts'
import { newId } from '../../db/store/ids.ts'
import type { Database } from '../../db/store/open.ts'
import type { StoredBody } from '../../domain/body/read-body.ts'
import { contentHash } from '../../domain/values/content.ts'
import type { Queue } from '../../queue/queue.ts'
import { sharedCommits } from '../../shared-commits.ts'
import { type Arrival, LIMITS, MOST_WAITING, newEvent } from './capture.ts'
import { partsOf, type Taking, takeOnce } from './take-once.ts'

/** A delivery that is offered to the workflows which take from its address. */
export interface Offer extends Omit<NewDelivery, 'id' | 'wanted'> {
  /** What each workflow that wants it makes of it. */
  wantedBy: readonly Wanting[]
}
/** Its key and its content are those of the offer. */
export type Wanting = Omit<Arrival, 'dedupeKey' | 'body' | 'contentType'>

export interface Taken {
  /** null: a hook took it as an event, before it had a filter. */
  delivery: string | null
  runs: StartedByDelivery[]
  duplicate: boolean
}
/** Of one request: all in one commit, or none. Other content under a taken key follows in another, before the answer. */
export type TakeAll = (offers: readonly Offer[]) => Promise<Taken[]>

interface Row {
  delivery: NewDelivery
  events: NewEvent[]
}

const keyOf = ({ address, dedupeKey }: Offer): string | null =>
  dedupeKey === null ? null : textOfKey({ address, key: dedupeKey })
const keysOf = ({ address, keyedBy, dedupeKey }: Offer): DeliveryKey => ({
  address,
  keyedBy,
  key: dedupeKey ?? '',
})
const storedOf = ({ body, contentType }: Offer): StoredBody => ({
  body: Buffer.from(body, 'base64'),
  contentType,
})

/** Set apart from the keys of other sources and of hooks, whose events may be of the same workflow. */
const keyOfEvents = ({ address, keyedBy, dedupeKey }: Offer): string | null =>
  dedupeKey === null || keyedBy !== null ? dedupeKey : `source:${address.split('/').at(-1)}:${dedupeKey}`

function rowOf(offer: Offer): Row {
  const { wantedBy, ...delivery } = offer
  const id = newId('dlv')
  const wanted = wantedBy.length
  // The bytes stand once, and not where nobody wants them.
  const ofEvent = { dedupeKey: keyOfEvents(offer), contentType: offer.contentType, body: '' }
  return {
    delivery: { ...delivery, id, wanted, body: wanted === 0 ? '' : delivery.body },
    events: wantedBy.map((one) => ({ ...newEvent({ ...one, ...ofEvent }), deliveryId: id })),
  }
}

/**
 * Those whose keys are taken by other content, each as an offer of its own whose events say which came before. What was erased, or
 * nobody wanted, cannot be compared: it may be new.
 */
async function changedAmong(db: Database, offers: Offer[]): Promise<Map<Offer, Offer>> {
  const known = offers.filter(({ dedupeKey }) => dedupeKey?.startsWith('changed:') === false)
  const changed = new Map<Offer, Offer>()
  if (known.length === 0) return changed
  // A batch may have many contents of one key: the first is read once.
  const keys = new Map(known.map((offer) => [keyOf(offer), keysOf(offer)]))
  const earlier = await readEarlier(db.prisma, [...keys.values()])
  const hashes = new Map<EarlierDelivery, string>()
  const hashOfEarlier = (one: EarlierDelivery) => {
    const hash = hashes.get(one) ?? contentHash(one.body)
    hashes.set(one, hash)
    return hash
  }
  for (const offer of known) {
    const first = earlier.get(keyOf(offer) ?? '')
    if (!first || first.contentHash === offer.contentHash) continue
    const hash = contentHash(storedOf(offer))
    if (first.body.body.length > 0 && hash === hashOfEarlier(first)) continue
    changed.set(offer, {
      ...offer,
      dedupeKey: `changed:${hash}:${offer.dedupeKey}`,
      wantedBy: offer.wantedBy.map((arrival) => ({
        ...arrival,
        sameIdAs: first.events.get(arrival.workflow) ?? null,
      })),
    })
  }
  return changed
}

const takingOf = (db: Database, queue: Queue): Taking<Offer, Row, Taken> => ({
  keyOf,
  rowOf,
  async insert(rows) {
    const enqueue = await queue.insertStatement('decide')
    const deliveries = rows.map(({ delivery }) => delivery)
    const events = rows.flatMap((row) => row.events)
    const ids = await insertDeliveries(db.prisma, { deliveries, events }, enqueue.parts)
    enqueue.wake()
    return new Set(rows.filter(({ delivery }) => ids.has(delivery.id)))
  },
  answerOf: ({ delivery, events }) => ({
    delivery: delivery.id,
    runs: events.map(({ workflow, eventId, runId }) => ({ workflow, event: eventId, run: runId })),
    duplicate: false,
  }),
  changedAmong: (offers) => changedAmong(db, offers),
  async countRepeats(repeats) {
    const keys = repeats.map(({ what, n }) => ({ ...keysOf(what), n }))
    const { receivedAt } = repeats[0].what
    const earlier = await db.transaction((tx) => countRepeats(tx, keys, receivedAt))
    return (offer) => {
      const found = earlier.get(keyOf(offer) ?? '')
      return found && { ...found, duplicate: true }
    }
  },
})

/** Makes the function that takes what sources send. It rejects when the commit failed: nothing was accepted then. */
export function makeTakeAll(db: Database, queue: Queue, log: Logger, most = MOST_WAITING): TakeAll {
  // Bodies stand in a commit once; events beside them are small.
  const bytesOf = (offers: readonly Offer[]) => offers.reduce((sum, { body }) => sum + body.length, 0)
  const taking = takingOf(db, queue)
  const commits = sharedCommits<readonly Offer[], Taken[]>(
    (requests) => takeOnce(taking, partsOf(requests)),
    { limits: LIMITS, log, bytesOf },
  )
  return async (offers) => {
    if (offers.length === 0) return []
    const { count, bytes } = commits.waiting()
    if (count >= most.events || bytes + bytesOf(offers) > most.bytes)
      throw new Error(`${count} deliveries wait for the database: no more are taken`)
    return commits.ask(offers)
  }
}
