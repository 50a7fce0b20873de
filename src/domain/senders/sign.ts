// Signs a body as a sender would: the other half of verify.ts, for `signalbox send`, the demo, the local page and tests.
import { createHmac, randomUUID } from 'node:crypto'
import { readBody } from '../body/read-body.ts'
import { parseJson } from '../values/exact-number.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import { baseString } from './base-string.ts'
import { type Delivery, eventAt } from './delivery.ts'
import { keyOf, signatureOf } from './keys.ts'
import type { Receiving } from './receiving.ts'
import { type Proof, type Signature, type SignedTime, signedParts } from './proof.ts'
import { timeText } from './signed-time.ts'

export interface Unsigned {
  body: string
  at: Date
  /** Where it is sent, as the sender has it; matters where the sender signs that. */
  url?: string
  /** Stands in each header that is signed, like webhook-id. */
  id?: string
  contentType?: string
}

/** What to send: some senders put the proof into the body, or into the address. */
export interface Proved {
  headers: Record<string, string>
  body: string
  /** What goes behind the address. */
  query?: string
}

const withAt = (event: JsonValue | undefined, path: string, value: string): JsonValue => {
  const [step = '', ...rest] = path.split('.')
  const name = step.replace(/\[\]$/, '')
  const object = (typeof event === 'object' && event !== null ? event : {}) as JsonObject
  const inside = object[name]
  const next = (one: JsonValue | undefined): JsonValue =>
    rest.length === 0 ? value : withAt(one, rest.join('.'), value)
  return { ...object, [name]: name !== step && Array.isArray(inside) ? inside.map(next) : next(inside) }
}

const jsonIn = (body: string): JsonValue | undefined => {
  try {
    return parseJson(body) as JsonValue
  } catch {
    return undefined
  }
}

function putTime(proof: SignedTime, time: string, sent: Proved): Proved {
  if ('header' in proof.at) return { ...sent, headers: { ...sent.headers, [proof.at.header]: time } }
  if (!('event' in proof.at)) return sent
  const value = withAt(jsonIn(sent.body), proof.at.event, time)
  return { ...sent, body: JSON.stringify(value) }
}

/** undefined: only the sender has the key, or the secret is not written as its key is. */
function signOne(proof: Signature, secret: string, unsigned: Unsigned): Proved | undefined {
  const { at, url = '', id = `msg_${randomUUID()}`, contentType = 'application/json' } = unsigned
  const key = keyOf(proof, secret)
  if (!key || key.kind === 'public') return undefined
  const time = proof.time && timeText(at, proof.time.unit)
  const parts = signedParts(proof)
  const named = parts.flatMap((part) => ('header' in part ? [[part.header, id] as const] : []))
  let sent: Proved = { headers: Object.fromEntries(named), body: unsigned.body }
  if (proof.time && time !== undefined) sent = putTime(proof.time, time, sent)
  const rawBody = Buffer.from(sent.body)
  const read = readBody({ body: rawBody, contentType })
  const delivery: Delivery = {
    method: 'POST',
    url,
    headers: sent.headers,
    rawBody,
    event: read.kind === 'read' ? read.body : undefined,
    now: at,
  }
  const isPlain = parts.some((part) => 'word' in part && part.word === 'secret')
  const signatureText = (event: JsonValue | undefined) => {
    const bytes = baseString(parts, { ...delivery, event }, { time, secret, url })
    if (typeof bytes === 'string') return undefined
    return `${proof.prefix}${signatureOf(proof, key.bytes, { bytes, isPlain }).toString(proof.encoding)}`
  }
  if ('event' in proof.at) {
    const { event: path } = proof.at
    const signed = (event: JsonValue | undefined) => withAt(event, path, signatureText(event) ?? '')
    if (proof.items === undefined) return { ...sent, body: JSON.stringify(signed(delivery.event)) }
    const [items] = eventAt(delivery.event, proof.items)
    if (!Array.isArray(items)) return undefined
    const all = { ...(delivery.event as JsonObject), [proof.items]: items.map(signed) }
    return { ...sent, body: JSON.stringify(all) }
  }
  const own = signatureText(delivery.event)
  if (own === undefined) return undefined
  const isPart = proof.time && 'part' in proof.time.at ? proof.time.at.part : undefined
  const value = isPart === undefined ? own : `${isPart}=${time}${proof.list ?? ','}${own}`
  const name = proof.isNumbered ? `${proof.at.header}-1` : proof.at.header
  return { ...sent, headers: { ...sent.headers, [name]: value } }
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** HS256 (RFC 7519), for three minutes. */
function jwtOf(secret: string, at: Date): string {
  const iat = Math.floor(at.getTime() / 1000)
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ iat, exp: iat + 180 })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** What proves this body with `secret`, a value and not a name; undefined: nobody but the sender can. */
export function sign(proof: Proof, secret: string, unsigned: Unsigned): Proved | undefined {
  const { body } = unsigned
  switch (proof.kind) {
    case 'nothing':
      return { headers: {}, body }
    case 'basic':
      return {
        headers: {
          authorization: `Basic ${Buffer.from(`${proof.username}:${secret}`).toString('base64')}`,
        },
        body,
      }
    case 'value': {
      const { at } = proof
      if ('event' in at) return { headers: {}, body: JSON.stringify(withAt(jsonIn(body), at.event, secret)) }
      if ('query' in at) return { headers: {}, body, query: `${at.query}=${encodeURIComponent(secret)}` }
      const isUsual = at.header.toLowerCase() === 'authorization'
      return { headers: { [at.header]: isUsual ? `Bearer ${secret}` : secret }, body }
    }
    case 'signature':
      return signOne(proof, secret, unsigned)
    case 'jwt':
      return { headers: { authorization: `Bearer ${jwtOf(secret, unsigned.at)}` }, body }
    default:
      return undefined
  }
}

/** How a sender of this webhook proves itself with the newest of its secrets that is set; `missing`: none is. */
export function proofFor(
  { proof, secrets, name }: Receiving,
  secretOf: (name: string) => string | undefined,
  unsigned: Unsigned,
): Proved | { missing: readonly string[] } | { cannot: string } {
  const secret = secrets.map(secretOf).find((value) => value !== undefined)
  if (secret === undefined && proof.kind !== 'nothing') return { missing: secrets }
  return (
    sign(proof, secret ?? '', unsigned) ?? { cannot: `${name} signs with a key that only the sender has` }
  )
}
