// PayPal: RSA over the id and time of the transmission, the id of the webhook and a CRC-32 of the body, by a certificate of
// paypal.com (developer.paypal.com, "Integrate webhooks"). Other bodies have the same CRC, so only the transmission is known by it.
import { verify as verifyWith } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Delivery } from '../../domain/senders/delivery.ts'
import type { PayPalProof } from '../../domain/senders/proof.ts'
import { isNear } from '../../domain/senders/signed-time.ts'
import { refused, type Verdict } from '../../domain/senders/verify.ts'
import type { Keyring } from './keyring.ts'
import { certificateOf } from './sns.ts'

// Its API alone, live or sandbox: other hosts of paypal.com serve what others wrote.
const HOST = /^api(-m)?(\.sandbox)?\.paypal\.com$/
const CERTIFICATE = /^\/v1\/notifications\/certs\/[\w-]{1,100}$/
/** PayPal tries again for three days; whether the time is then another is unconfirmed. */
const TOLERANCE_MS = 4 * 86_400_000

const isOfPayPal = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, host, username, password, pathname, search } = new URL(text)
  const isHost = protocol === 'https:' && username === '' && password === '' && HOST.test(host)
  return isHost && CERTIFICATE.test(pathname) && search === ''
}

export async function verifyPayPal(
  { headers, rawBody, now }: Delivery,
  { webhookId }: PayPalProof,
  keys: Keyring,
): Promise<Verdict> {
  const {
    'paypal-transmission-id': id = '',
    'paypal-transmission-time': time = '',
    'paypal-transmission-sig': given = '',
    'paypal-cert-url': url = '',
    'paypal-auth-algo': algorithm = '',
  } = headers
  if (id === '' || time === '' || given === '') return refused('a header PAYPAL-TRANSMISSION-… is missing')
  if (id.includes('|') || time.includes('|'))
    return refused('a header has a | in it, which separates signed values')
  if (algorithm !== 'SHA256withRSA') return refused('PAYPAL-AUTH-ALGO is not SHA256withRSA')
  if (!isOfPayPal(url)) return refused('PAYPAL-CERT-URL is no certificate of api.paypal.com')
  if (!isNear(Date.parse(time), now, TOLERANCE_MS)) return refused('the signed time is too far from ours')
  const signed = Buffer.from(`${id}|${time}|${webhookId}|${crc32(rawBody)}`)
  const pem = await keys.get(url, async (ask) => (await ask({ url })).body, now)
  const certificate = pem === undefined ? undefined : certificateOf(pem, now)
  if (!certificate) return refused('the certificate of PAYPAL-CERT-URL cannot be used now')
  return verifyWith('sha256', signed, certificate.publicKey, Buffer.from(given, 'base64'))
    ? { kind: 'proved', signed: [signed] }
    : refused('the signature does not fit what was sent')
}
