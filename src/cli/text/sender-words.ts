// What a preset does, in words: for `signalbox sources` and for the page of senders.
import type { Place } from '../../domain/senders/delivery.ts'
import type { Preset } from '../../domain/senders/preset.ts'
import type { Proof, Signature } from '../../domain/senders/proof.ts'

const placeOf = (place: Place): string => {
  if ('header' in place) return place.header
  if ('part' in place) return `${place.part}= in it`
  return 'query' in place ? `?${place.query}= in the address` : `event.${place.event}`
}

const minutes = (ms: number): string => (ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`)

function signatureWords({ at, items, algorithm, encoding, signed, time }: Signature): string {
  const how =
    { ecdsa: 'ECDSA P-256', ed25519: 'ed25519' }[algorithm as 'ecdsa'] ??
    `HMAC-${algorithm.toUpperCase().replace('SHA', 'SHA-')}`
  const plain = signed.includes('${secret}') ? algorithm.toUpperCase().replace('SHA', 'SHA-') : how
  const until = time ? `; timestamp within ${minutes(time.toleranceMs)}` : ''
  return `${plain} (${encoding}) in ${placeOf(at)}${items === undefined ? '' : ', for each event'}, over ${signed}${until}`
}

/** What is checked of a delivery. */
export function verifiedWords(proof: Proof): string {
  switch (proof.kind) {
    case 'signature':
      return signatureWords(proof)
    case 'value':
      return `the secret itself in ${placeOf(proof.at)}; no signature`
    case 'basic':
      return 'user name and password; no signature'
    case 'sns':
      return 'RSA over the message, by a certificate of amazonaws.com; the topic'
    case 'paypal':
      return 'RSA over transmission, time, webhook and a CRC-32 of the body, by a certificate of paypal.com'
    case 'jwt':
      return 'a token signed with the secret (HS256) in Authorization; it says who sends and signs no body'
    case 'plaid':
      return 'a token of Plaid (ES256) in Plaid-Verification, with the SHA-256 of the body; at most 5 min old'
    case 'nothing':
      return 'nothing'
  }
}

/** By what a repeated delivery is known. */
export const idWords = ({ id, proof }: Preset): string => {
  if (id !== undefined) return id
  const isSigned = !['value', 'basic', 'jwt', 'nothing'].includes(proof.kind)
  return isSigned ? 'what was signed' : 'none: give one in id'
}
