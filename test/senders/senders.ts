// Senders for tests, as a workflow file names them: { preset: 'github' } or { scheme: 'hmac', header: 'X-Sig' }.
import { type Receiving, receivingOf } from '../../src/domain/senders/receiving.ts'
import type { PlainProof } from '../../src/domain/senders/proof.ts'
import { sign, type Unsigned } from '../../src/domain/senders/sign.ts'
import { verify } from '../../src/domain/senders/verify.ts'
import { readBody } from '../../src/domain/body/read-body.ts'
import { triggerSchema } from '../../src/domain/workflow-file/trigger.ts'

export type Sender = { preset: string; [key: string]: unknown } | { scheme: string; [key: string]: unknown }

/** The `webhook` of a file; `HOOK` is its secret. */
export const webhookOf = (sender: Sender): Record<string, unknown> => {
  const secret = sender['scheme'] === 'none' ? {} : { secret: 'secret.HOOK' }
  return 'preset' in sender ? { ...secret, ...sender } : { verify: { ...secret, ...sender } }
}

export function receivingFor(sender: Sender): Receiving {
  const { webhook } = triggerSchema.parse({ webhook: webhookOf(sender) })
  if (!webhook) throw new Error('unreachable: a webhook was given')
  return receivingOf(webhook)
}

export function signatureHeaders(sender: Sender, secret: string, unsigned: Unsigned): Record<string, string> {
  const proved = sign(receivingFor(sender).proof, secret, unsigned)
  if (!proved) throw new Error('only the sender can sign this')
  return proved.headers
}

/** Why a delivery is not believed; undefined: it is. */
export function doubt(
  { rawBody, headers, now }: { rawBody: Buffer; headers: Record<string, string>; now: Date },
  sender: Sender,
  secrets: string[],
): string | undefined {
  const read = readBody({ body: rawBody, contentType: 'application/json' })
  const event = read.kind === 'read' ? read.body : undefined
  const url = 'https://bot.example/hooks/orders'
  const delivery = { method: 'POST', url, headers, rawBody, event, now }
  const { proof } = receivingFor(sender)
  if (['sns', 'paypal', 'jwt', 'plaid'].includes(proof.kind))
    throw new Error('it needs more than its description')
  const verdict = verify(delivery, proof as PlainProof, secrets)
  return verdict.kind === 'refused' ? verdict.why : undefined
}
