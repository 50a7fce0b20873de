// A delivery without the value by which its sender proves itself, wherever that stands: what is kept of it can be read by people
// who must not send in the sender's name.
import { readBody } from '../domain/body/read-body.ts'
import { HIDDEN, valueMask } from '../domain/masking/find-values.ts'
import { eventAt, scalarText } from '../domain/senders/delivery.ts'
import type { Receiving } from '../domain/senders/receiving.ts'
import { isJsonObject, type JsonValue } from '../domain/values/json.ts'
import type { Opened } from './open-body.ts'

/** The value with what stands at a path of it (senders/delivery.ts) replaced. */
function replacedAt(value: JsonValue, [step, ...rest]: readonly string[]): JsonValue {
  if (step === undefined) return HIDDEN
  const name = step.replace(/\[\]$/, '')
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return value
  const next = value[name] as JsonValue
  const replaced =
    name === step
      ? replacedAt(next, rest)
      : Array.isArray(next)
        ? next.map((one) => replacedAt(one, rest))
        : next
  return { ...value, [name]: replaced }
}

/** Its bytes stay as they came but for the secret, in whatever spelling; what cannot be read so is written anew. */
function withoutSecret(opened: Opened, path: string, secrets: readonly string[]): Opened {
  const mask = valueMask(secrets, HIDDEN, { most: Infinity, isWhole: true })
  const body = Buffer.from(mask(opened.body.toString('latin1')), 'latin1')
  const read = readBody({ body, contentType: opened.contentType })
  const isHidden = (event: JsonValue) =>
    eventAt(event, path).every((value) => !secrets.includes(scalarText(value) ?? ''))
  if (read.kind !== 'unreadable' && isHidden(read.body)) return { ...opened, body, event: read.body }
  const event = replacedAt(opened.event, path.split('.'))
  return { body: Buffer.from(JSON.stringify(event)), contentType: 'application/json', event }
}

export interface Shown {
  opened: Opened
  headers: Record<string, string>
  /** The query of the address, as it came. */
  query: string
}

/** `secretOf`: those that were believed. */
export function withoutProof(
  { proof, secrets }: Receiving,
  delivery: Shown,
  secretOf: (name: string) => string | undefined,
): Shown {
  if (proof.kind !== 'value') return delivery
  const { at } = proof
  const { opened, headers, query } = delivery
  if ('event' in at) {
    const values = secrets.flatMap((name) => secretOf(name) ?? [])
    return { ...delivery, opened: withoutSecret(opened, at.event, values) }
  }
  if ('header' in at) {
    const { [at.header.toLowerCase()]: _proof, ...others } = headers
    return { ...delivery, headers: others }
  }
  const isProof = (pair: string) => new URLSearchParams(pair).has(at.query)
  return {
    ...delivery,
    query: query
      .split('&')
      .filter((pair) => !isProof(pair))
      .join('&'),
  }
}
