// A request that is believed, as the events that it brings: one, or each of a batch.
import { createHash } from 'node:crypto'
import { queryOf } from '../domain/body/query.ts'
import type { CompiledSender } from '../domain/compile/compile-sender.ts'
import type { CompiledWorkflow } from '../domain/compile/compiled-workflow.ts'
import { type EventInput, storedHeaders } from '../domain/event-input.ts'
import { signedKey } from '../domain/senders/verify.ts'
import type { JsonValue } from '../domain/values/json.ts'
import type { Wanting } from '../pipeline/capture/fan-out.ts'
import type { ReadyVersion } from '../workflow/catalog.ts'
import type { Opened } from './open-body.ts'

// Kept with the event, and what the workflow reads. Signatures that it does not read, cookies and credentials are not.
const KEPT_HEADERS =
  /^(content-type|user-agent|webhook-id|webhook-timestamp|idempotency-key|traceparent|x-(github-(event|delivery)|shopify-(topic|shop-domain|webhook-id)|request-id))$/
const CREDENTIALS = /^(authorization|proxy-authorization|cookie)$/
// How the keys of our own events begin (a schedule's time, a finding, a replay …). A sender that names its event like
// one would keep the real one from being taken, so theirs are set apart.
const OWN_KEY = /^(changed|command|emit|replay|schedule|sender|sha256|signed|source|view|watchdog):/
/** Keys are looked up and shown; a longer one is known by its hash. */
const LONGEST_KEY = 255
/** Each becomes an event with a run of its own, in one commit. */
export const MOST_IN_BATCH = 5000

export interface Request {
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

/** One event of a request, before it is anybody's. */
export interface Brought {
  input: EventInput
  bytes: Buffer
  contentType: string
  dedupeKey: string | null
}

const keptOf = (headers: Record<string, string>, { headersRead }: CompiledWorkflow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => KEPT_HEADERS.test(name) || (headersRead.has(name) && !CREDENTIALS.test(name)),
    ),
  )

/** What a repeated delivery is known by: its `id`, a header that may name it, else what was signed. */
function dedupeKeyOf(
  { dedupeKey }: CompiledSender,
  { input, signed, place }: { input: EventInput; signed: string | null; place?: number | undefined },
): string | null {
  const given = dedupeKey(input, place)
  if (given === undefined) return signed
  if (given.length > LONGEST_KEY) return `sha256:${createHash('sha256').update(given).digest('hex')}`
  return OWN_KEY.test(given) ? `sender:${given}` : given
}

/** What a workflow makes of it. */
export function wantingOf(
  { input }: Pick<Brought, 'input'>,
  { id: versionId, compiled }: ReadyVersion,
  { headers, method, query, at }: Request,
): Wanting {
  return {
    workflow: compiled.definition.workflow,
    versionId,
    source: 'webhook',
    subject: compiled.subject(input) ?? null,
    headers: storedHeaders(keptOf(headers, compiled), { method, query }),
    receivedAt: at,
    actor: null,
    replayOf: null,
  }
}

export const hashOf = ({ bytes }: Pick<Brought, 'bytes'>): string =>
  createHash('sha256').update(bytes).digest('hex')

/** `isBatch`: the answer lists them, however many there are. */
export function broughtBy(
  sender: CompiledSender,
  { opened, headers, method, query, signed, areSignedApart }: Request,
): { events: Brought[]; isBatch: boolean } {
  const inputOf = (body: JsonValue): EventInput => ({ body, headers, query: queryOf(query), method })
  const [first] = signed
  const whole = inputOf(opened.event)
  const elements = sender.batch(whole)
  if (elements === undefined) {
    const dedupeKey = dedupeKeyOf(sender, { input: whole, signed: first ? signedKey(first) : null })
    const { body: bytes, contentType } = opened
    return { events: [{ input: whole, bytes, contentType, dedupeKey }], isBatch: false }
  }
  // Beyond the bound nothing is made: whoever called refuses it.
  const events = elements.slice(0, MOST_IN_BATCH + 1).map((body, at) => {
    const own = areSignedApart ? signed[at] : undefined
    const key = own ? signedKey(own) : first ? `${signedKey(first)}#${at}` : null
    // Where an event stands among others says nothing where anybody may have put it there.
    const place = areSignedApart ? undefined : at
    const input = inputOf(body)
    const dedupeKey = dedupeKeyOf(sender, { input, signed: key, place })
    const bytes = Buffer.from(JSON.stringify(body))
    return { input, bytes, contentType: 'application/json', dedupeKey }
  })
  return { events, isBatch: true }
}
