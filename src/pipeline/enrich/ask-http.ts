// An HTTP lookup: a fresh answer that is known is used again, an old one is fetched anew. Faults of the network are
// tried again at once, a few times; a target whose circuit is open is waited for.
import { createHash } from 'node:crypto'
import type { SendHttp } from '../../connectors/http.ts'
import { type Caller, CIRCUIT_OPEN } from '../../connectors/targets.ts'
import { keepAnswer, type KnownAnswer, readAnswer } from '../../db/lookups/lookup-answers.ts'
import type { Database } from '../../db/store/open.ts'
import { nextTryIn } from '../../domain/backoff.ts'
import type { HttpCall } from '../../domain/call/http-call.ts'
import { parseJson } from '../../domain/values/exact-number.ts'
import { FaultError } from '../../domain/fault.ts'
import type { Found } from '../../domain/values/found.ts'
import type { JsonValue } from '../../domain/values/json.ts'

/** The target's own limits hold the call back: ask again then, or go on with `otherwise`. */
export type Later = { kind: 'later'; afterMs: number; isCircuitOpen: boolean; otherwise: Found }

export interface AskHttpDeps {
  db: Database
  sendHttp: SendHttp
  clock: () => Date
  random: () => number
}

export interface HttpQuestion {
  call: HttpCall
  maxAgeMs: number | undefined
  caller: Caller
}

const PATIENCE = { attempts: 3, firstMs: 200, mostMs: 1000 }
// An outage that asks for more patience than this is not waited for inside a run.
const MOST_ASKED_MS = 2000

/** How the call is made says nothing of what it asks; how its answer is read decides whether there is a value. */
const keyOf = ({ handling, ...sent }: HttpCall) =>
  createHash('sha256')
    .update(JSON.stringify([sent, handling?.conditions ?? null]))
    .digest('hex')

export const askedOf = (call: HttpCall, maxAgeMs: number | undefined) => `${maxAgeMs ?? ''} ${keyOf(call)}`

function parse(body: string, isCut: boolean): JsonValue {
  if (isCut) throw new FaultError('too_large', 'the answer is larger than 64 KiB', { retry: 'never' })
  try {
    return parseJson(body) as JsonValue
  } catch (error) {
    throw new FaultError('not_json', 'the answer is not JSON', { retry: 'never', cause: error })
  }
}

/** Sends until there is an answer, or the tries are used up. Throws the last FaultError. */
async function fetchValue(
  { sendHttp, random }: AskHttpDeps,
  { call, caller }: HttpQuestion,
): Promise<JsonValue> {
  for (let number = 1; ; number += 1) {
    try {
      const { body, isCut } = await sendHttp(call, undefined, caller)
      return parse(body, isCut)
    } catch (error) {
      if (!(error instanceof FaultError) || error.retry === 'never' || !error.called) throw error
      const askedMs = typeof error.retry === 'object' ? error.retry.afterMs : 0
      const waitMs = nextTryIn(PATIENCE, number, random(), askedMs)
      if (waitMs === undefined || waitMs > MOST_ASKED_MS) throw error
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}

const valueOf = (target: string, { value, observedAt }: KnownAnswer): Found => ({
  kind: 'value',
  value,
  source: { from: 'http', target, observedAt: observedAt.toISOString() },
})

/** Asks, or uses an answer no older than `maxAgeMs`. Throws only what is a fault of ours. */
export async function askHttp(deps: AskHttpDeps, question: HttpQuestion): Promise<Found | Later> {
  const { call, maxAgeMs, caller } = question
  const { db, clock } = deps
  const key = keyOf(call)
  const known = maxAgeMs === undefined ? undefined : await readAnswer(db.prisma, key)
  if (known && clock().getTime() - known.observedAt.getTime() <= (maxAgeMs ?? 0))
    return valueOf(caller.shown, known)
  try {
    const fresh = { value: await fetchValue(deps, question), observedAt: clock() }
    if (maxAgeMs !== undefined) await keepAnswer(db.prisma, key, fresh)
    return valueOf(caller.shown, fresh)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const because = `${caller.shown}: ${error.message}`
    if (error.status === 404 || error.status === 410) return { kind: 'none', because }
    const otherwise: Found = known
      ? { kind: 'stale', because: `${because}; what is known is of ${known.observedAt.toISOString()}` }
      : { kind: 'failed', because }
    if (error.called || typeof error.retry !== 'object') return otherwise
    return {
      kind: 'later',
      afterMs: error.retry.afterMs,
      isCircuitOpen: error.code === CIRCUIT_OPEN,
      otherwise,
    }
  }
}
