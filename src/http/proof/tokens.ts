// JSON Web Tokens: of an app in Jira, which says who sends; of Plaid, which has a hash of the body in it.
import { createHash } from 'node:crypto'
import { decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose'
import type { Delivery } from '../../domain/senders/delivery.ts'
import { isSame } from '../../domain/senders/keys.ts'
import { refused, type Verdict } from '../../domain/senders/verify.ts'
import type { Keyring } from './keyring.ts'

const TOLERANCE_S = 60
/** Jira's live three minutes. Whatever a token says of its own end, one that was seen once is of no use tomorrow. */
const MAX_AGE_S = 15 * 60

/** HS256 with the client secret (developer.atlassian.com, "Webhooks": bearer token of dynamic webhooks). */
export async function verifyJwt({ headers, now }: Delivery, secrets: readonly string[]): Promise<Verdict> {
  const token = (headers['authorization'] ?? '').replace(/^(Bearer|JWT) +/i, '')
  let why = 'there is no token in Authorization'
  if (token === '') return refused(why)
  for (const secret of secrets) {
    try {
      await jwtVerify(token, Buffer.from(secret), {
        algorithms: ['HS256'],
        requiredClaims: ['exp'],
        maxTokenAge: MAX_AGE_S,
        clockTolerance: TOLERANCE_S,
        currentDate: now,
      })
      return { kind: 'proved', signed: [] }
    } catch (error) {
      why = `the token in Authorization is not right: ${(error as Error).message}`
    }
  }
  return refused(why)
}

const KEYS_URL = 'https://production.plaid.com/webhook_verification_key/get'
const KEY_ID = /^[\w-]{8,64}$/

/** ES256 by a key that Plaid gives for its id (plaid.com/docs/api/webhooks/webhook-verification). */
export async function verifyPlaid(
  { headers, rawBody, now }: Delivery,
  { clientId, secrets, keys }: { clientId: string; secrets: readonly string[]; keys: Keyring },
): Promise<Verdict> {
  const token = headers['plaid-verification'] ?? ''
  if (token === '') return refused('the header Plaid-Verification is missing')
  const { alg, kid } = headerOf(token)
  if (alg !== 'ES256' || kid === undefined || !KEY_ID.test(kid))
    return refused('the token in Plaid-Verification is none of Plaid’s')
  const [secret = ''] = secrets
  const json = { client_id: clientId, secret, key_id: kid }
  const text = await keys.get(kid, async (ask) => (await ask({ url: KEYS_URL, json })).body, now)
  if (text === undefined) return refused('Plaid has no key of the token’s id')
  try {
    const { key } = JSON.parse(text) as { key: JWK & { expired_at?: unknown } }
    if (key.expired_at !== undefined && key.expired_at !== null)
      return refused('Plaid no longer uses the key of the token')
    const { payload } = await jwtVerify(token, await importJWK(key, 'ES256'), {
      algorithms: ['ES256'],
      maxTokenAge: '5 minutes',
      currentDate: now,
    })
    const hash = createHash('sha256').update(rawBody).digest('hex')
    if (!isSame(String(payload['request_body_sha256']), hash)) return refused('the token is of another body')
    return { kind: 'proved', signed: [rawBody] }
  } catch (error) {
    return refused(`the token in Plaid-Verification is not right: ${(error as Error).message}`)
  }
}

const headerOf = (token: string): { alg?: string; kid?: string } => {
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    return { ...(alg === undefined ? {} : { alg }), ...(kid === undefined ? {} : { kid }) }
  } catch {
    return {}
  }
}
