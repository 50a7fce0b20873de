// Whether a delivery comes from who it claims to, by the description of its sender. Secrets are lists, so that they can be
// replaced; comparisons take the same time whatever differs.
import { createHash } from 'node:crypto'
import { baseString } from './base-string.ts'
import { type Delivery, eventAt, placeWords, textsAt } from './delivery.ts'
import { isPublicKey, isSame, isSignedBy, keyOf, signatureOf } from './keys.ts'
import { type Basic, type PlainProof, type SharedValue, type Signature, signedParts } from './proof.ts'
import { entriesOf, readTime } from './signed-time.ts'

/** `signed`: the bytes that were, for the delivery or for each of its items; empty where the proof is about none. */
export type Verdict = { kind: 'proved'; signed: Buffer[] } | { kind: 'refused'; why: string }

export const refused = (why: string): Verdict => ({ kind: 'refused', why })
const proved = (...signed: Buffer[]): Verdict => ({ kind: 'proved', signed })

/** Nobody sends more signatures at once, and each may cost a check with a public key. */
const MOST_SIGNATURES = 10

/** As it is, and with the port that everybody leaves out: Twilio signs one or the other (twilio-node webhooks.ts, addPort). */
function addressesOf(url: string): string[] {
  const found = /^(https?):\/\/([^/:]+)(\/.*)?$/.exec(url)
  if (!found) return [url]
  const [, scheme, host, path = ''] = found
  return [url, `${scheme}://${host}:${scheme === 'https' ? 443 : 80}${path}`]
}

function signaturesIn(delivery: Delivery, signature: Signature): string[] | undefined {
  if (!('header' in signature.at) || !signature.isNumbered) return textsAt(delivery, signature.at)
  const { header } = signature.at
  const found = Array.from({ length: MOST_SIGNATURES }, (_, at) => delivery.headers[`${header}-${at + 1}`])
  const given = found.filter((one) => one !== undefined)
  return given.length === 0 ? undefined : given
}

const withoutPrefix = (entries: string[], prefix: string): string[] =>
  entries
    .filter((entry) => entry.startsWith(prefix))
    .slice(0, MOST_SIGNATURES)
    .map((entry) => entry.slice(prefix.length))

/** Standard Webhooks marks signatures of a key pair by their own prefix (spec/standard-webhooks.md, "Signature scheme"). */
const PUBLIC_PREFIX = 'v1a,'

function checkOne(delivery: Delivery, signature: Signature, secrets: readonly string[]): Verdict {
  const given = signaturesIn(delivery, signature)
  if (given === undefined) return refused(`${placeWords(signature.at)} is missing`)
  const entries = given.flatMap((one) => entriesOf(one, signature.list))
  const read = readTime(delivery, signature)
  if ('why' in read) return refused(read.why)
  const parts = signedParts(signature)
  const has = (word: string) => parts.some((part) => 'word' in part && part.word === word)
  const isPlain = has('secret')
  let why = 'the signature does not fit what was sent'
  for (const secret of secrets) {
    const key = keyOf(signature, secret)
    if (!key) {
      why = `the secret is not written as ${signature.key === 'hex' ? 'hex' : 'base64'}, as this sender does`
      continue
    }
    const prefix = isPublicKey(signature, secret) ? PUBLIC_PREFIX : signature.prefix
    // Decoding passes over what is no hex or base64: a signature with more behind it is none.
    const candidates = withoutPrefix(entries, prefix)
      .map((one) => ({ one, bytes: Buffer.from(one, signature.encoding) }))
      .filter(({ one, bytes }) => bytes.toString(signature.encoding) === one)
      .map(({ bytes }) => bytes)
    for (const url of has('url') ? addressesOf(delivery.url) : [delivery.url]) {
      const bytes = baseString(parts, delivery, { time: read.time, secret, url })
      if (typeof bytes === 'string') return refused(bytes)
      const isRight =
        key.kind === 'public'
          ? candidates.some((one) => isSignedBy(key.key, bytes, one))
          : candidates.some((one) => isSame(one, signatureOf(signature, key.bytes, { bytes, isPlain })))
      if (isRight) return proved(bytes)
    }
  }
  return refused(why)
}

function checkItems(delivery: Delivery, signature: Signature, secrets: readonly string[]): Verdict {
  const [items] = eventAt(delivery.event, signature.items ?? '')
  if (!Array.isArray(items) || items.length === 0)
    return refused(`event.${signature.items} is not a list of what is signed`)
  const signed: Buffer[] = []
  for (const event of items) {
    const verdict = checkOne({ ...delivery, event }, signature, secrets)
    if (verdict.kind === 'refused') return verdict
    signed.push(...verdict.signed)
  }
  return proved(...signed)
}

function checkValue(delivery: Delivery, { at }: SharedValue, secrets: readonly string[]): Verdict {
  const given = textsAt(delivery, at)?.map((one) => one.replace(/^Bearer /i, ''))
  const isRight = given !== undefined && secrets.some((secret) => given.every((one) => isSame(one, secret)))
  return isRight ? proved() : refused(`the token in ${placeWords(at)} is not right`)
}

function checkBasic({ headers }: Delivery, { username }: Basic, secrets: readonly string[]): Verdict {
  // The name of a scheme is read in any case (RFC 9110, 11.1).
  const given = /^basic +(.*)$/i.exec(headers['authorization'] ?? '')?.[1] ?? ''
  const isRight = secrets.some((secret) =>
    isSame(given, Buffer.from(`${username}:${secret}`).toString('base64')),
  )
  return isRight ? proved() : refused('user name or password is not right')
}

/** Never throws, whatever arrives. `secrets` are values, newest first. */
export function verify(delivery: Delivery, proof: PlainProof, secrets: readonly string[]): Verdict {
  if (proof.kind === 'nothing') return proved()
  if (secrets.length === 0) return refused('no secret is set for this workflow')
  switch (proof.kind) {
    case 'value':
      return checkValue(delivery, proof, secrets)
    case 'basic':
      return checkBasic(delivery, proof, secrets)
    case 'signature':
      return proof.items === undefined
        ? checkOne(delivery, proof, secrets)
        : checkItems(delivery, proof, secrets)
  }
}

/** Names a delivery by what was signed: the same bytes are one event, whatever headers nobody signed come with them. */
export const signedKey = (signed: Buffer): string =>
  `signed:${createHash('sha256').update(signed).digest('hex')}`
