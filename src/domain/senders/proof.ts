// How a sender proves itself, as data: one verifier and one signer read it. Workflow files describe any HMAC or shared value in
// these words (`verify`); presets describe the senders we know.
import { type Part, partsOf } from './base-string.ts'
import type { Place } from './delivery.ts'

export const hashes = ['sha256', 'sha512', 'sha1'] as const
/** Beside a hash with a shared key: a signature that the sender alone can make. */
export type Algorithm = (typeof hashes)[number] | 'ecdsa' | 'ed25519'
/** How the secret becomes the key: as it stands, or decoded. `whsec`: base64 behind the prefix of Standard Webhooks. */
export const keyForms = ['text', 'base64', 'hex', 'whsec'] as const
export const timeUnits = ['s', 'ms', 'iso'] as const

export interface SignedTime {
  at: Place
  unit: (typeof timeUnits)[number]
  toleranceMs: number
}

export interface Signature {
  kind: 'signature'
  at: { header: string } | { event: string }
  /** DocuSign: X-…-1, X-…-2 and so on: a header for each key. */
  isNumbered?: boolean
  algorithm: Algorithm
  key: (typeof keyForms)[number]
  encoding: 'hex' | 'base64'
  /** What stands before a signature; in a list, those without it are passed over. */
  prefix: string
  /** Between the signatures of a list, as senders write one while a key is replaced; undefined: there is one. */
  list: string | undefined
  /** A template (base-string.ts). With ${secret} in it, it is a plain hash instead of an HMAC. */
  signed: string
  time: SignedTime | undefined
  /** A list in the body, each element of which is signed by itself: the paths are read from the element. */
  items?: string
}

/** The sender shows a value that both know. It tells who sends, and nothing about the body. */
export interface SharedValue {
  kind: 'value'
  at: Exclude<Place, { part: string }>
}
export interface Basic {
  kind: 'basic'
  username: string
}
export interface Nothing {
  kind: 'nothing'
}
/** Amazon's own, by a certificate of its hosts. It signs for everybody's topics, so the topic says who sends. */
export interface SnsProof {
  kind: 'sns'
  topic: string
}
export interface PayPalProof {
  kind: 'paypal'
  webhookId: string
}
/** A token signed with the secret, in Authorization. */
export interface JwtProof {
  kind: 'jwt'
}
export interface PlaidProof {
  kind: 'plaid'
  /** The name of a secret. */
  clientId: string
}
/** By its description alone. */
export type PlainProof = Signature | SharedValue | Basic | Nothing
export type Proof = PlainProof | SnsProof | PayPalProof | JwtProof | PlaidProof

export const DEFAULT_TOLERANCE_MS = 5 * 60_000

const parsed = new WeakMap<Signature, Part[]>()
export function signedParts(signature: Signature): Part[] {
  const known = parsed.get(signature) ?? partsOf(signature.signed)
  parsed.set(signature, known)
  return known
}

/**
 * What the proof is about. `body`: its bytes, so whatever is read of it is the sender's. `fields`: some of its values, which can
 * be cut otherwise. `nothing`: it only says who sends.
 */
export function coverageOf(proof: Proof): 'body' | 'fields' | 'nothing' {
  if (proof.kind === 'plaid') return 'body'
  if (proof.kind === 'sns' || proof.kind === 'paypal') return 'fields'
  if (proof.kind !== 'signature') return 'nothing'
  const parts = signedParts(proof)
  if (parts.some((part) => 'word' in part && part.word === 'body')) return 'body'
  return parts.some((part) => 'event' in part || ('word' in part && part.word === 'form'))
    ? 'fields'
    : 'nothing'
}

/** Headers that are signed along with the body, in lower case. */
export function signedHeaders(proof: Proof): string[] {
  if (proof.kind !== 'signature') return []
  return signedParts(proof).flatMap((part) => {
    if ('header' in part) return [part.header]
    const isTime = 'word' in part && part.word === 'timestamp'
    return isTime && proof.time && 'header' in proof.time.at ? [proof.time.at.header.toLowerCase()] : []
  })
}

/** Whether each event of a delivery is signed by itself. */
export const signsItems = (proof: Proof): boolean => proof.kind === 'signature' && proof.items !== undefined

/** Whether the proof can only be told once the body is read. */
export function readsEvent(proof: Proof): boolean {
  if (proof.kind === 'sns') return true
  if (proof.kind === 'value') return 'event' in proof.at
  if (proof.kind !== 'signature') return false
  return (
    'event' in proof.at ||
    signsItems(proof) ||
    (proof.time !== undefined && 'event' in proof.time.at) ||
    signedParts(proof).some((part) => 'event' in part)
  )
}
