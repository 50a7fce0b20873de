// Whether a delivery comes from who it claims to: by its description alone, or with a key that the sender publishes.
import type { Delivery } from '../../domain/senders/delivery.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Receiving } from '../../domain/senders/receiving.ts'
import { refused, type Verdict, verify } from '../../domain/senders/verify.ts'
import type { Keyring } from './keyring.ts'
import { verifyPayPal } from './paypal.ts'
import { verifySns } from './sns.ts'
import { verifyJwt, verifyPlaid } from './tokens.ts'

/** Gets what stands at an address, or posts JSON to it. It rejects unless that answers with success. */
export type Ask = (what: { url: string; json?: JsonObject }) => Promise<{ body: string }>

export interface ProofDeps {
  secret: (name: string) => string | undefined
  keys: Keyring
}

/** Rejects where the key of a sender cannot be had now: nothing is known of the delivery then. */
export async function prove(
  delivery: Delivery,
  { proof, secrets: names }: Receiving,
  { secret, keys }: ProofDeps,
): Promise<Verdict> {
  const secrets = names.flatMap((name) => secret(name) ?? [])
  switch (proof.kind) {
    case 'sns':
      return verifySns(delivery, proof, keys)
    case 'paypal':
      return verifyPayPal(delivery, proof, keys)
    case 'jwt':
      return secrets.length === 0
        ? refused('no secret is set for this workflow')
        : verifyJwt(delivery, secrets)
    case 'plaid': {
      const clientId = secret(proof.clientId)
      if (clientId === undefined || secrets.length === 0) return refused('no secret is set for this workflow')
      return verifyPlaid(delivery, { clientId, secrets, keys })
    }
    default:
      return verify(delivery, proof, secrets)
  }
}
