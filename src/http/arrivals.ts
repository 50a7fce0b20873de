// A delivery that is believed, as the events that it brings: one, or each of a batch.
import { createHash } from 'node:crypto'
import { queryOf } from '../domain/body/query.ts'
import type { CompiledWorkflow } from '../domain/compile/compiled-workflow.ts'
import { type EventInput, storedHeaders } from '../domain/event-input.ts'
import { signedKey } from '../domain/senders/verify.ts'
import type { JsonValue } from '../domain/values/json.ts'
import type { Arrival } from '../pipeline/capture/capture.ts'
import type { Opened } from './open-body.ts'

// Kept with the event, and what the workflow reads. Signatures that it does not read, cookies and credentials are not.
const KEPT_HEADERS =
  /^(content-type|user-agent|webhook-id|webhook-timestamp|idempotency-key|traceparent|x-(github-(event|delivery)|shopify-(topic|shop-domain|webhook-id)|request-id))$/
const CREDENTIALS = /^(authorization|proxy-authorization|cookie)$/
// How the keys of our own events begin (a schedule's time, a finding, a replay …). A sender that names its event like
// one would keep the real one from being taken, so theirs are set apart.
const OWN_KEY = /^(changed|command|emit|replay|schedule|sender|signed|view|watchdog):/
/** Each becomes an event with a run of its own, in one commit. */
export const MOST_IN_BATCH = 5000

export interface Delivered {
  workflow: string
  versionId: string
  compiled: CompiledWorkflow
  opened: Opened
  headers: Record<string, string>
  method: string
  /** As it is kept. */
  query: string
  /** The bytes that were signed, of the delivery or of each of its items. */
  signed: readonly Buffer[]
  /** Each event is signed by itself, so that anybody who has some can put them together. */
  areSignedApart: boolean
  at: Date
}

const keptOf = (headers: Record<string, string>, { headersRead }: CompiledWorkflow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => KEPT_HEADERS.test(name) || (headersRead.has(name) && !CREDENTIALS.test(name)),
    ),
  )

/** What a repeated delivery is known by: its `id`, a header that may name it, else what was signed. */
function dedupeKeyOf(
  { dedupeKey }: CompiledWorkflow,
  signed: string | null,
  input: EventInput,
): string | null {
  const given = dedupeKey(input)
  if (given === undefined) return signed
  return OWN_KEY.test(given) ? `sender:${given}` : given
}

function arrivalOf(
  delivered: Delivered,
  event: { body: JsonValue; bytes: Buffer; type: string },
  signed: string | null,
) {
  const { compiled, headers, method, query } = delivered
  const input = { body: event.body, headers, query: queryOf(query), method }
  return {
    workflow: delivered.workflow,
    versionId: delivered.versionId,
    source: 'webhook',
    dedupeKey: dedupeKeyOf(compiled, signed, input),
    subject: compiled.subject(input) ?? null,
    contentType: event.type,
    headers: storedHeaders(keptOf(headers, compiled), { method, query }),
    body: event.bytes.toString('base64'),
    receivedAt: delivered.at,
    actor: null,
    replayOf: null,
  } satisfies Arrival
}

const hashOf = ({ body }: Arrival): string => createHash('sha256').update(body).digest('base64')

/** Those of one batch that have one key and say something else are told apart by their places. */
function apart(arrivals: Arrival[]): Arrival[] {
  const bodies = new Map<string, Set<string>>()
  for (const one of arrivals)
    if (one.dedupeKey !== null)
      bodies.set(one.dedupeKey, (bodies.get(one.dedupeKey) ?? new Set()).add(hashOf(one)))
  return arrivals.map((one, at) =>
    one.dedupeKey !== null && (bodies.get(one.dedupeKey)?.size ?? 0) > 1
      ? { ...one, dedupeKey: `${one.dedupeKey}#${at}` }
      : one,
  )
}

/** `isBatch`: the answer lists them, however many there are. */
export function arrivalsOf(delivered: Delivered): { arrivals: Arrival[]; isBatch: boolean } {
  const { compiled, opened, headers, method, query, signed, areSignedApart } = delivered
  const [first] = signed
  const elements = compiled.batch({ body: opened.event, headers, query: queryOf(query), method })
  if (elements === undefined) {
    const event = { body: opened.event, bytes: opened.body, type: opened.contentType }
    return { arrivals: [arrivalOf(delivered, event, first ? signedKey(first) : null)], isBatch: false }
  }
  // Beyond the bound nothing is made: whoever called refuses it.
  const arrivals = elements.slice(0, MOST_IN_BATCH + 1).map((body, at) => {
    const own = areSignedApart ? signed[at] : undefined
    const key = own ? signedKey(own) : first ? `${signedKey(first)}#${at}` : null
    const bytes = Buffer.from(JSON.stringify(body))
    return arrivalOf(delivered, { body, bytes, type: 'application/json' }, key)
  })
  // Where an event stands among others says nothing where anybody may have put it there.
  return { arrivals: areSignedApart ? arrivals : apart(arrivals), isBatch: true }
}
