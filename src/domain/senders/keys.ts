// What a secret is as a key, and signatures made and compared with it.
import {
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  verify as verifyWith,
} from 'node:crypto'
import type { Signature } from './proof.ts'

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
const PUBLIC = 'whpk_'
/** What stands before the key of an ed25519 key in DER (RFC 8410, 10.1). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** Compares in a time that tells nothing of where they differ. */
export const isSame = (given: string | Buffer, expected: string | Buffer): boolean => {
  const a = Buffer.from(given as string)
  const b = Buffer.from(expected as string)
  return a.length === b.length && timingSafeEqual(a, b)
}

export type Key = { kind: 'shared'; bytes: Buffer } | { kind: 'public'; key: KeyObject }

function decoded(secret: string, form: Signature['key']): Buffer | undefined {
  switch (form) {
    case 'text':
      return Buffer.from(secret)
    case 'hex':
      return /^([\da-f]{2})+$/i.test(secret) ? Buffer.from(secret, 'hex') : undefined
    case 'base64':
    case 'whsec': {
      const text = secret.replace(form === 'whsec' ? /^wh(sec|pk)_/ : '', '')
      return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
    }
  }
}

const publicKey = (bytes: Buffer): KeyObject | undefined => {
  try {
    return createPublicKey({ key: bytes, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** Whether a secret of Standard Webhooks is a public key: its signatures are `v1a,…`. */
export const isPublicKey = (signature: Signature, secret: string): boolean =>
  signature.key === 'whsec' && secret.startsWith(PUBLIC)

/** undefined: the secret is not written as the sender writes it. */
export function keyOf(signature: Signature, secret: string): Key | undefined {
  const bytes = decoded(secret, signature.key)
  if (bytes === undefined || bytes.length === 0) return undefined
  if (signature.algorithm === 'ecdsa') {
    const key = publicKey(bytes)
    return key && { kind: 'public', key }
  }
  if (signature.algorithm === 'ed25519' || isPublicKey(signature, secret)) {
    const key = bytes.length === 32 ? publicKey(Buffer.concat([ED25519_SPKI, bytes])) : undefined
    return key && { kind: 'public', key }
  }
  return { kind: 'shared', bytes }
}

/** The bytes of the signature that belong to these. `isPlain`: the secret is among them (a hash, and no HMAC). */
export const signatureOf = (
  { algorithm }: Signature,
  key: Buffer,
  { bytes, isPlain }: { bytes: Buffer; isPlain: boolean },
): Buffer =>
  isPlain ? createHash(algorithm).update(bytes).digest() : createHmac(algorithm, key).update(bytes).digest()

export const isSignedBy = (key: KeyObject, bytes: Buffer, given: Buffer): boolean => {
  try {
    // ed25519 hashes by itself.
    return verifyWith(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key, given)
  } catch {
    return false
  }
}
