// Signs a body as a sender would: the other half of signatures.ts, for `signalbox send`, the demo, the local page and tests.
import { createHmac, randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Verify } from '../domain/workflow-file/trigger.ts'

export interface Unsigned {
  body: string
  at: Date
  /** Names the delivery where the scheme signs a name. */
  id?: string
}

/** The headers by which this body proves its sender. `secret` is the value, not the name. */
export function signatureHeaders(
  verify: Verify,
  secret: string,
  { body, at, id = `msg_${randomUUID()}` }: Unsigned,
): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1000))
  const hmac = (text: string, { algorithm = 'sha256', encoding = 'hex' }: Partial<Verify> = {}) =>
    createHmac(algorithm, secret).update(text).digest(encoding)
  switch (verify.scheme) {
    case 'none':
      return {}
    case 'standard-webhooks':
      return {
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': new Webhook(secret).sign(id, new Date(Number(seconds) * 1000), body),
      }
    case 'stripe':
      return { 'stripe-signature': `t=${seconds},v1=${hmac(`${seconds}.${body}`)}` }
    case 'github':
      return { 'x-hub-signature-256': `sha256=${hmac(body)}` }
    case 'shopify':
      return { 'x-shopify-hmac-sha256': hmac(body, { encoding: 'base64' }) }
    case 'hmac': {
      const { header = '', prefix = '', timestamp } = verify
      const signed = timestamp === undefined ? body : `${seconds}.${body}`
      return {
        [header]: `${prefix}${hmac(signed, verify)}`,
        ...(timestamp === undefined ? {} : { [timestamp]: seconds }),
      }
    }
    case 'bearer':
      return { [verify.header ?? 'authorization']: `Bearer ${secret}` }
    case 'basic':
      return {
        authorization: `Basic ${Buffer.from(`${verify.username}:${secret}`).toString('base64')}`,
      }
  }
}

/** How a sender of this webhook proves itself with the newest of its secrets that is set; `missing`: none is. */
export function proofFor(
  verify: Verify,
  secretOf: (name: string) => string | undefined,
  unsigned: Unsigned,
): { headers: Record<string, string> } | { missing: string[] } {
  const names = (verify.secret ?? []).map((name) => name.replace(/^secret\./, ''))
  const secret = names.map(secretOf).find((value) => value !== undefined)
  if (secret === undefined && verify.scheme !== 'none') return { missing: names }
  return { headers: signatureHeaders(verify, secret ?? '', unsigned) }
}
