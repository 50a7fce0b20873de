// Capture: event, run and job commit together before anybody is told "accepted". Concurrent captures share a
// commit: whatever arrives while the last commits are under way goes into the next. No timer, no waiting window.
import { failPoint } from '../../fail-point.ts'
import type { Logger } from 'pino'
import { countRedeliveries, insertEvents, type NewEvent } from '../../db/events.ts'
import { newId } from '../../db/ids.ts'
import { changedAmong, keyOf } from './changed.ts'
import type { Database } from '../../db/open.ts'
import type { Queue } from '../../queue/queue.ts'

export type Arrival = Omit<NewEvent, 'eventId' | 'runId' | 'leaseUntil' | 'sameIdAs'> &
  Partial<Pick<NewEvent, 'sameIdAs'>>
export interface Captured {
  event: string
  run: string
  duplicate: boolean
}
export type Capture = (arrival: Arrival) => Promise<Captured>

interface Waiting {
  arrival: Arrival
  resolve(captured: Captured): void
  reject(error: unknown): void
}

const MOST_IN_FLIGHT = 2
const MOST_PER_COMMIT = 200
// Bodies are base64 here. A commit is one statement, whose text stands in memory several times.
const MOST_BYTES_PER_COMMIT = 8 * 1024 * 1024
/** What waits for a database that does not get on: beyond this, senders are asked to come again. */
const MOST_WAITING = { events: 10_000, bytes: 64 * 1024 * 1024 }
/** A captured run is taken up at once; past this the sweep looks after it. */
const LEASE_MS = 60_000

/** The event that an arrival becomes where it is no repeat, with its run. */
export const newEvent = (arrival: Arrival): NewEvent => ({
  sameIdAs: null,
  ...arrival,
  eventId: newId('evt'),
  runId: newId('run'),
  leaseUntil: new Date(arrival.receivedAt.getTime() + LEASE_MS),
})

/** Deliveries that are not the first of their event, counted by key. */
function foldRepeats(repeated: Waiting[]) {
  const repeats = new Map<string, { workflow: string; key: string; n: number }>()
  for (const { arrival } of repeated) {
    const key = keyOf(arrival)
    if (key === null) continue
    const repeat = repeats.get(key) ?? { workflow: arrival.workflow, key: arrival.dedupeKey as string, n: 0 }
    repeat.n += 1
    repeats.set(key, repeat)
  }
  // In one order, so that two commits lock the runs in the same order.
  return [...repeats.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, repeat]) => repeat)
}

/**
 * One commit for a batch. In a batch, the first arrival with a dedupe key is the one that counts. What is new is
 * answered, and noted in `answered`, as soon as it is committed: should counting the repeats fail, it stays accepted.
 */
async function commit(
  db: Database,
  queue: Queue,
  { batch, answered }: { batch: Waiting[]; answered: Set<Waiting> },
): Promise<void> {
  const events: NewEvent[] = []
  const firstOf = new Map<string, NewEvent>()
  const eventOf = batch.map(({ arrival }) => {
    const key = keyOf(arrival)
    const first = key === null ? undefined : firstOf.get(key)
    if (first) return first
    const event = newEvent(arrival)
    if (key !== null) firstOf.set(key, event)
    events.push(event)
    return event
  })
  failPoint('capture.before')
  const enqueue = await queue.insertStatement('decide')
  const fresh = await insertEvents(db.prisma, events, enqueue.parts)
  failPoint('capture.committed')
  enqueue.wake()
  const seen = new Set<NewEvent>()
  for (const [index, one] of batch.entries()) {
    const event = eventOf[index] as NewEvent
    if (fresh.has(event.eventId) && !seen.has(event)) {
      one.resolve({ event: event.eventId, run: event.runId, duplicate: false })
      answered.add(one)
    }
    seen.add(event)
  }
  const again = batch.filter((one) => !answered.has(one))
  const ownEvents = await changedAmong(
    db.prisma,
    again.map(({ arrival }) => arrival),
  )
  const repeated = again.filter(({ arrival }) => !ownEvents.has(arrival))
  const changed = again.filter(({ arrival }) => ownEvents.has(arrival))
  const [first] = repeated
  if (first) {
    const at = first.arrival.receivedAt
    const earlier = await db.transaction((tx) => countRedeliveries(tx, foldRepeats(repeated), at))
    for (const one of repeated) {
      const found = earlier.get(keyOf(one.arrival) ?? '')
      if (!found) throw new Error(`an event of ${one.arrival.workflow} was neither inserted nor found`)
      one.resolve({ ...found, duplicate: true })
      answered.add(one)
    }
  }
  if (changed.length === 0) return
  for (const one of changed) one.arrival = ownEvents.get(one.arrival) ?? one.arrival
  await commit(db, queue, { batch: changed, answered })
}

/**
 * Makes the capture function of one process. It rejects when the commit failed, or too many events wait for one: nothing
 * was accepted then.
 */
export function makeCapture(db: Database, queue: Queue, log: Logger, most = MOST_WAITING): Capture {
  let waiting: Waiting[] = []
  let bytesWaiting = 0
  let inFlight = 0
  let isPumping = false

  async function take(batch: Waiting[]): Promise<void> {
    const answered = new Set<Waiting>()
    try {
      await commit(db, queue, { batch, answered })
    } catch (error) {
      // One arrival that the database refuses must not take others with it: each is tried alone. Not those that are
      // accepted: without a dedupe key they would become a second event.
      const left = batch.filter((one) => !answered.has(one))
      if (batch.length > 1) {
        log.warn({ err: error, batch: left.length }, 'shared commit failed, trying each event alone')
        for (const one of left) await take([one])
      } else left[0]?.reject(error)
    }
  }

  /** What goes into the next commit: one at least, however large. */
  function nextBatch(): Waiting[] {
    let bytes = 0
    const all = waiting.findIndex(({ arrival: { body } }, at) => {
      bytes += body.length
      return at === MOST_PER_COMMIT || (at > 0 && bytes > MOST_BYTES_PER_COMMIT)
    })
    const batch = waiting.splice(0, all === -1 ? waiting.length : all)
    for (const { arrival } of batch) bytesWaiting -= arrival.body.length
    return batch
  }

  function pump(): void {
    isPumping = false
    while (inFlight < MOST_IN_FLIGHT && waiting.length > 0) {
      const batch = nextBatch()
      inFlight += 1
      void take(batch).finally(() => {
        inFlight -= 1
        pumpSoon()
      })
    }
  }

  // At the end of this turn of the event loop: what other connections have brought by then goes along. The embedded
  // database answers within the turn, so that without this each arrival would have a commit of its own.
  function pumpSoon(): void {
    if (isPumping || waiting.length === 0) return
    isPumping = true
    setImmediate(pump)
  }

  return (arrival) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= most.events || bytesWaiting + arrival.body.length > most.bytes)
        return reject(new Error(`${waiting.length} events wait for the database: no more are taken`))
      bytesWaiting += arrival.body.length
      waiting.push({ arrival, resolve, reject })
      pumpSoon()
    })
}
