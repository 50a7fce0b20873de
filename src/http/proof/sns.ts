// Amazon SNS: RSA over some values of the body, by a certificate that only Amazon's own hosts may give
// (docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages").
import { verify as verifyWith, X509Certificate } from 'node:crypto'
import { type Delivery, eventAt, scalarText } from '../../domain/senders/delivery.ts'
import type { SnsProof } from '../../domain/senders/proof.ts'
import { isNear } from '../../domain/senders/signed-time.ts'
import { isSame } from '../../domain/senders/keys.ts'
import { refused, type Verdict } from '../../domain/senders/verify.ts'
import type { Keyring } from './keyring.ts'

// A region (eu-west-1, us-gov-east-1) and nothing else: sns.s3-us-west-2 is somebody's bucket.
const TOPIC = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2,4}(?:-[a-z]{2,10}){1,2}-\d{1,2}):/
const CERTIFICATE = /^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/
/** SNS tries again for an hour at most. */
const TOLERANCE_MS = 2 * 3_600_000

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']

/** The host that signs for a topic: that of its region. */
function hostOf(topic: string): string | undefined {
  const [, partition, region] = TOPIC.exec(topic) ?? []
  return region && `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`
}

/** Whether an address is SNS's own where this topic is: nobody else's is ever asked. */
export function isOfSns(text: string, { topic }: SnsProof): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, host, username, password } = new URL(text)
  return protocol === 'https:' && username === '' && password === '' && host === hostOf(topic)
}

export async function verifySns(delivery: Delivery, proof: SnsProof, keys: Keyring): Promise<Verdict> {
  const at = (name: string) => scalarText(eventAt(delivery.event, name)[0])
  if (!isSame(at('TopicArn') ?? '', proof.topic)) return refused('it is of another topic')
  const url = at('SigningCertURL') ?? ''
  if (!isOfSns(url, proof) || !CERTIFICATE.test(new URL(url).pathname) || new URL(url).search !== '')
    return refused('SigningCertURL is no address of Amazon SNS in the region of the topic')
  const sent = at('Timestamp') ?? ''
  if (!isNear(Date.parse(sent), delivery.now, TOLERANCE_MS))
    return refused('the signed time is too far from ours')
  const algorithm = { '1': 'sha1', '2': 'sha256' }[at('SignatureVersion') ?? '']
  if (algorithm === undefined) return refused('SignatureVersion is neither 1 nor 2')
  const names = at('Type') === 'Notification' ? NOTIFICATION : CONFIRMATION
  const lines = names.flatMap((name) => {
    const value = at(name)
    return value === undefined ? [] : [name, value]
  })
  const signed = Buffer.from(`${lines.join('\n')}\n`)
  const pem = await keys.get(url, async (ask) => (await ask({ url })).body, delivery.now)
  const certificate = pem === undefined ? undefined : certificateOf(pem, delivery.now)
  if (!certificate) return refused('the certificate of SigningCertURL cannot be used now')
  const given = Buffer.from(at('Signature') ?? '', 'base64')
  return verifyWith(algorithm, signed, certificate.publicKey, given)
    ? { kind: 'proved', signed: [signed] }
    : refused('the signature does not fit what was sent')
}

/** undefined: it is none, or not valid at this time. */
export function certificateOf(pem: string, now: Date): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem)
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
    return from <= now.getTime() && now.getTime() <= to ? certificate : undefined
  } catch {
    return undefined
  }
}
