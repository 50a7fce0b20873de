// What a preset says of a sender: data, from which the verifier, the signer, `check` and the page of senders all read.
import type { Form } from '../body/media-type.ts'
import type { JsonValue } from '../values/json.ts'
import type { Place } from './delivery.ts'
import { DEFAULT_TOLERANCE_MS, type Proof, type Signature, type SignedTime } from './proof.ts'

type Where = Exclude<Place, { part: string }>

/** What a sender asks before it sends, or between; it is answered, and is no event. */
export interface Challenge {
  method: 'GET' | 'POST'
  /** The value that is asked with. */
  from: Where
  /** It is only one where the body has these texts, by path. */
  when?: Record<string, string>
  /** `echo`: the value goes back. `mac`: with its HMAC (Zoom). `confirm`: an address to visit (SNS). `keep`: a person needs it. */
  kind: 'echo' | 'mac' | 'confirm' | 'keep' | 'ping'
  /** How an echo is written. */
  as?: 'text' | { json: string } | { header: string }
  /** Proved like an event. Otherwise anyone may ask: nothing but what they sent goes back. */
  isSigned: boolean
  /** The parameter with a text that is agreed on (`verify_token`). */
  token?: string
}

/** What the sender takes for "received". */
export interface Reply {
  status: number
  /** Default: none. */
  body?: string
  contentType?: string
}

export interface Preset {
  title: string
  /** One line: what to paste where. */
  setup: string
  proof: Proof
  /** How the body is written; default: json. */
  body?: Form[]
  /** Read as `body` whatever the Content-Type says: SNS calls its JSON text/plain. */
  ignoresType?: true
  /** An expression: the events of a delivery that has several. */
  each?: string
  /** An expression, of one event; only where what it reads is signed, or nothing is; default: what was signed. */
  id?: string
  /** What kind of event it is, as an expression. */
  type?: string
  /** When it happened, as an expression. */
  time?: string
  challenges?: Challenge[]
  /** Default: 202, or 200 for a repeat, with the runs as JSON. */
  reply?: Reply
  /** How long the sender waits for the answer. */
  answerWithinS?: number
  /** The header with the shared value has a name that is chosen there; this is the usual one. */
  namesHeader?: true
  /** A body as it is sent. */
  sample?: JsonValue
  /** What of this was read in no page of the vendor's. */
  unconfirmed?: string
}

type Given = Partial<Omit<Signature, 'kind' | 'time' | 'at'>> & { header: string; time?: SignedTime }

/** An HMAC-SHA256 in hex over the body, but for what is said. */
export const hmac = ({ header, ...given }: Given): Signature => ({
  kind: 'signature',
  at: { header },
  algorithm: 'sha256',
  key: 'text',
  encoding: 'hex',
  prefix: '',
  list: undefined,
  signed: '${body}',
  time: undefined,
  ...given,
})

export const HOUR_MS = 3_600_000
export const timeIn = (
  at: SignedTime['at'],
  unit: SignedTime['unit'] = 's',
  toleranceMs = DEFAULT_TOLERANCE_MS,
): SignedTime => ({ at, unit, toleranceMs })

/** Standard Webhooks (spec/standard-webhooks.md), also under header names of one's own. */
export const standardWebhooks = (name: string, key: Signature['key'] = 'whsec'): Signature =>
  hmac({
    header: `${name}-signature`,
    key,
    encoding: 'base64',
    prefix: 'v1,',
    list: ' ',
    signed: `\${headers["${name}-id"]}.\${timestamp}.\${body}`,
    time: timeIn({ header: `${name}-timestamp` }),
  })

export const valueIn = (header: string): Proof => ({ kind: 'value', at: { header } })
