// Sends parcels to the app: by socket when one is open, else by HTTP; three seconds to answer; events again later.
import type { Delivery } from '../contract.ts'
import type { Faults } from '../faults.ts'
import type { Clock } from '../workspace/clock.ts'
import { newId } from '../workspace/ids.ts'
import { sendHttp, type HttpWire } from './http-wire.ts'
import type { Parcel, Retry } from './parcel.ts'
import { shownFor } from './shown.ts'
import type { Sockets } from './sockets.ts'

const ANSWER_WITHIN_MS = 3_000
// https://docs.slack.dev/apis/events-api/#retries: nearly at once, after one minute, after five.
const RETRY_AFTER_MS = [0, 60_000, 300_000]
const MAX_KEPT = 200
const MAX_RETRIES_WAITING = 2_000

type Try = Pick<Delivery, 'outcome' | 'response' | 'via'> & {
  status: number | null
  reason: Retry['reason']
  noRetry: boolean
}

export interface Deliverer {
  deliver(parcel: Parcel): Promise<Delivery>
  recent(): Delivery[]
}

interface DelivererOptions {
  clock: Clock
  sockets: Sockets
  http: HttpWire | null
  faults: Faults
  isInstalled: () => boolean
  onChange: (delivery: Delivery) => void
}

const byHttp = async (
  wire: HttpWire,
  parcel: Parcel,
  retry: Retry | null,
  signal: AbortSignal,
): Promise<Try> => {
  const answer = await sendHttp(wire, parcel, { retry, signal })
  const base = { via: 'http', response: undefined, status: null, noRetry: false } as const
  if (answer.kind === 'given_up') return { ...base, outcome: 'timed_out', reason: 'http_timeout' }
  if (answer.kind === 'answered')
    return { ...base, ...answer, outcome: 'answered', response: answer.body, reason: 'http_error' }
  const reason = answer.status === null ? 'connection_failed' : 'http_error'
  return { ...base, outcome: 'refused', status: answer.status, noRetry: answer.noRetry, reason }
}

export const createDeliverer = (options: DelivererOptions): Deliverer => {
  const { clock, sockets, faults, onChange } = options
  const kept: Delivery[] = []
  let retriesWaiting = 0

  const bySocket = async (parcel: Parcel, retry: Retry | null, signal: AbortSignal): Promise<Try> => {
    const none = {
      via: 'socket',
      response: undefined,
      status: null,
      reason: 'timeout',
      noRetry: false,
    } as const
    while (!signal.aborted) {
      const answer = await sockets.send(parcel, retry, signal)
      if (answer.kind === 'acknowledged') return { ...none, outcome: 'answered', response: answer.payload }
      // Its socket went away before it was acknowledged: it goes to another one, if one comes in time.
      if (answer.kind === 'lost') await sockets.opened(signal)
    }
    return { ...none, outcome: 'timed_out' }
  }

  const tryOnce = async (parcel: Parcel, retry: Retry | null): Promise<Try> => {
    const wire = options.http
    const nobody = { via: 'none', outcome: 'no_app', response: undefined, status: null } as const
    if (!options.isInstalled()) return { ...nobody, reason: 'connection_failed', noRetry: true }
    if (sockets.count() === 0 && !wire) return { ...nobody, reason: 'connection_failed', noRetry: false }
    const giveUp = new AbortController()
    const cancel = clock.at(clock.nowMs() + ANSWER_WITHIN_MS, () => giveUp.abort())
    try {
      if (sockets.count() > 0 || !wire) return await bySocket(parcel, retry, giveUp.signal)
      return await byHttp(wire, parcel, retry, giveUp.signal)
    } finally {
      cancel()
    }
  }

  const tell = (delivery: Delivery) => onChange({ ...delivery })

  const attempt = async (parcel: Parcel, delivery: Delivery, retry: Retry | null): Promise<Try> => {
    const startedMs = performance.now()
    const isDoubled = faults.strike('duplicate_delivery') !== null
    const tried = await tryOnce(parcel, retry)
    if (isDoubled) await tryOnce(parcel, retry)
    delivery.attempts += 1
    delivery.tookMs = Math.round(performance.now() - startedMs)
    delivery.via = tried.via
    delivery.outcome = tried.outcome
    delivery.response = tried.response
    delivery.shown = shownFor(parcel, tried.outcome, tried.status)
    tell(delivery)
    return tried
  }

  const retryLater = (parcel: Parcel, delivery: Delivery, failed: Try, num: number) => {
    const afterMs = RETRY_AFTER_MS[num - 1]
    if (afterMs === undefined || failed.noRetry || retriesWaiting >= MAX_RETRIES_WAITING) return
    retriesWaiting += 1
    clock.at(clock.nowMs() + afterMs, () => {
      retriesWaiting -= 1
      void attempt(parcel, delivery, { num, reason: failed.reason }).then((tried) => {
        if (tried.outcome !== 'answered') retryLater(parcel, delivery, tried, num + 1)
        return undefined
      })
    })
  }

  return {
    deliver: async (parcel) => {
      const delivery: Delivery = {
        id: newId('X'),
        kind: parcel.kind,
        what: parcel.what,
        user: parcel.user,
        via: 'none',
        outcome: 'pending',
        attempts: 0,
        tookMs: 0,
        response: undefined,
        shown: null,
      }
      kept.push(delivery)
      if (kept.length > MAX_KEPT) kept.shift()
      tell(delivery)
      const tried = await attempt(parcel, delivery, null)
      if (parcel.kind === 'event' && tried.outcome !== 'answered') retryLater(parcel, delivery, tried, 1)
      return delivery
    },
    recent: () => kept,
  }
}
