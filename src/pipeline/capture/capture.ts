// Capture: event, run and job commit together before anybody is told "accepted". Captures of one moment share a commit.
import { failPoint } from '../../fail-point.ts'
import type { Logger } from 'pino'
import { countRedeliveries, insertEvents, type NewEvent } from '../../db/runs/events.ts'
import { newId } from '../../db/store/ids.ts'
import { changedAmong, keyOf } from './changed.ts'
import type { Database } from '../../db/store/open.ts'
import type { Queue } from '../../queue/queue.ts'
import { type Asked, sharedCommits } from '../../shared-commits.ts'

export type Arrival = Omit<NewEvent, 'eventId' | 'runId' | 'leaseUntil' | 'sameIdAs'> &
  Partial<Pick<NewEvent, 'sameIdAs'>>
export interface Captured {
  event: string
  run: string
  duplicate: boolean
}
export type Capture = (arrival: Arrival) => Promise<Captured>
/** Of one delivery: all in one commit, or none. */
export type CaptureAll = (arrivals: readonly Arrival[]) => Promise<Captured[]>

type Waiting = Asked<Arrival, Captured>
type Delivery = Asked<readonly Arrival[], Captured[]>

// Bodies are base64 here. A commit is one statement, whose text stands in memory several times.
const LIMITS = { inFlight: 2, perCommit: 200, bytesPerCommit: 8 * 1024 * 1024 }
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
  for (const { what: arrival } of repeated) {
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
 * One commit for a batch. In a batch, the first arrival with a dedupe key is the one that counts. What is new is answered as
 * soon as it is committed: should counting the repeats fail, it stays accepted, for without a dedupe key it would become a
 * second event.
 */
async function commit(db: Database, queue: Queue, batch: Waiting[]): Promise<void> {
  const events: NewEvent[] = []
  const firstOf = new Map<string, NewEvent>()
  const eventOf = batch.map(({ what }) => {
    const key = keyOf(what)
    const first = key === null ? undefined : firstOf.get(key)
    if (first) return first
    const event = newEvent(what)
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
  const again: Waiting[] = []
  for (const [index, one] of batch.entries()) {
    const event = eventOf[index] as NewEvent
    if (fresh.has(event.eventId) && !seen.has(event))
      one.answer({ event: event.eventId, run: event.runId, duplicate: false })
    else again.push(one)
    seen.add(event)
  }
  const ownEvents = await changedAmong(
    db.prisma,
    again.map(({ what }) => what),
  )
  const repeated = again.filter(({ what }) => !ownEvents.has(what))
  const changed = again.filter(({ what }) => ownEvents.has(what))
  const [first] = repeated
  if (first) {
    const at = first.what.receivedAt
    const earlier = await db.transaction((tx) => countRedeliveries(tx, foldRepeats(repeated), at))
    for (const { what, answer } of repeated) {
      const found = earlier.get(keyOf(what) ?? '')
      if (!found) throw new Error(`an event of ${what.workflow} was neither inserted nor found`)
      answer({ ...found, duplicate: true })
    }
  }
  if (changed.length === 0) return
  await commit(
    db,
    queue,
    changed.map(({ what, answer }) => ({ what: ownEvents.get(what) ?? what, answer })),
  )
}

/** What is answered of a delivery so far: it is not written again should the rest of its commit fail. */
const answeredOf = new WeakMap<readonly Arrival[], Map<number, Captured>>()

/** The arrivals of each delivery, which is answered once all of them are. */
const arrivalsOf = (deliveries: Delivery[]): Waiting[] =>
  deliveries.flatMap(({ what: arrivals, answer }) => {
    const answered = answeredOf.get(arrivals) ?? new Map<number, Captured>()
    answeredOf.set(arrivals, answered)
    return arrivals.flatMap((what, at) => {
      if (answered.has(at)) return []
      const keep = (captured: Captured) => {
        answered.set(at, captured)
        if (answered.size === arrivals.length) answer(arrivals.map((_, n) => answered.get(n) as Captured))
      }
      return [{ what, answer: keep }]
    })
  })

/**
 * Makes the capture function of one process. It rejects when the commit failed, or too many events wait for one: nothing
 * was accepted then.
 */
export function makeCapture(
  db: Database,
  queue: Queue,
  log: Logger,
  most = MOST_WAITING,
): Capture & { all: CaptureAll } {
  const bytesOf = (arrivals: readonly Arrival[]) => arrivals.reduce((sum, { body }) => sum + body.length, 0)
  const commits = sharedCommits<readonly Arrival[], Captured[]>(
    (deliveries) => commit(db, queue, arrivalsOf(deliveries)),
    { limits: LIMITS, log, bytesOf },
  )
  const all: CaptureAll = async (arrivals) => {
    if (arrivals.length === 0) return []
    const { count, bytes } = commits.waiting()
    if (count >= most.events || bytes + bytesOf(arrivals) > most.bytes)
      throw new Error(`${count} deliveries wait for the database: no more are taken`)
    return commits.ask(arrivals)
  }
  const one: Capture = async (arrival) => {
    const [captured] = await all([arrival])
    if (!captured) throw new Error('unreachable: one arrival has one answer')
    return captured
  }
  return Object.assign(one, { all })
}
