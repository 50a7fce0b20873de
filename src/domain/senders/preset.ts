// What a preset says of a sender: data, from which the verifier, the signer, `check` and the page of senders all read.
import type { Form } from '../body/media-type.ts'
import { DEFAULT_TOLERANCE_MS, type Proof, type Signature, type SignedTime } from './proof.ts'

export interface Preset {
  title: string
  /** One line: what to paste where. */
  setup: string
  proof: Proof
  /** How the body is written; default: json. */
  body?: Form
  /** An expression, read only where what it reads is signed or nothing is; default: what was signed. */
  id?: string
  /** What kind of event it is, as an expression. */
  type?: string
  /** When it happened, as an expression. */
  time?: string
  /** What of this was read in no page of the vendor's. */
  unconfirmed?: string[]
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
