// Capture: event, run and job commit together before anybody is told "accepted". Captures of one moment share a commit.
import type { Logger } from 'pino'
import { countRedeliveries, insertEvents, type NewEvent } from '../../db/runs/events.ts'
import { newId } from '../../db/store/ids.ts'
import type { Database } from '../../db/store/open.ts'
import type { Queue } from '../../queue/queue.ts'
import { sharedCommits } from '../../shared-commits.ts'
import { changedAmong, keyOf } from './changed.ts'
import { partsOf, type Taking, takeOnce } from './take-once.ts'

export type Arrival = Omit<NewEvent, 'eventId' | 'runId' | 'leaseUntil' | 'sameIdAs' | 'deliveryId'> &
  Partial<Pick<NewEvent, 'sameIdAs'>>
export interface Captured {
  event: string
  run: string
  duplicate: boolean
}
export type Capture = (arrival: Arrival) => Promise<Captured>
/** Of one delivery: all in one commit, or none. Other content under a taken key follows in another, before the answer. */
export type CaptureAll = (arrivals: readonly Arrival[]) => Promise<Captured[]>

// Bodies are base64 here. A commit is one statement, whose text stands in memory several times.
export const LIMITS = { inFlight: 2, perCommit: 200, bytesPerCommit: 8 * 1024 * 1024 }
/** What waits for a database that does not get on: beyond this, senders are asked to come again. */
export const MOST_WAITING = { events: 10_000, bytes: 64 * 1024 * 1024 }
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

const takingOf = (db: Database, queue: Queue): Taking<Arrival, NewEvent, Captured> => ({
  keyOf,
  rowOf: newEvent,
  async insert(rows) {
    const enqueue = await queue.insertStatement('decide')
    const ids = await insertEvents(db.prisma, rows, enqueue.parts)
    enqueue.wake()
    return new Set(rows.filter(({ eventId }) => ids.has(eventId)))
  },
  answerOf: ({ eventId, runId }) => ({ event: eventId, run: runId, duplicate: false }),
  changedAmong: (arrivals) => changedAmong(db.prisma, arrivals),
  async countRepeats(repeats) {
    const duplicates = repeats.map(({ what: { workflow, dedupeKey }, n }) => ({
      workflow,
      key: dedupeKey as string,
      n,
    }))
    const { receivedAt } = repeats[0].what
    const earlier = await db.transaction((tx) => countRedeliveries(tx, duplicates, receivedAt))
    return (arrival) => {
      const found = earlier.get(keyOf(arrival) ?? '')
      return found && { ...found, duplicate: true }
    }
  },
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
  const taking = takingOf(db, queue)
  const commits = sharedCommits<readonly Arrival[], Captured[]>(
    (deliveries) => takeOnce(taking, partsOf(deliveries)),
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
