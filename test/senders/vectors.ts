// Deliveries as each sender makes them, by code of its own: node:crypto and the library of Standard Webhooks, and nothing of ours.
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

export interface Vector {
  body: string
  headers: Record<string, string>
  query?: string
}
export interface Given {
  body: string
  at: Date
  key: string
  url: string
}
type Make = (given: Given) => Vector

const seconds = (at: Date) => String(Math.floor(at.getTime() / 1000))
const mac = (key: string | Buffer, text: string, as: 'hex' | 'base64' = 'hex', algorithm = 'sha256') =>
  createHmac(algorithm, key).update(text).digest(as)
const inHeader =
  (
    name: string,
    value: (given: Given) => string,
    more: (given: Given) => Record<string, string> = () => ({}),
  ): Make =>
  (given) => ({ body: given.body, headers: { [name]: value(given), ...more(given) } })

const standard =
  (name: string, keyOf = (key: string) => key): Make =>
  ({ body, at, key }) => ({
    body,
    headers: {
      [`${name}-id`]: 'msg_1',
      [`${name}-timestamp`]: seconds(at),
      [`${name}-signature`]: `v1,bm8= ${new Webhook(keyOf(key)).sign('msg_1', at, body)}`,
    },
  })
const shown = (header: string, value = (key: string) => key): Make =>
  inHeader(header, ({ key }) => value(key))
const slack = inHeader(
  'x-slack-signature',
  ({ key, at, body }) => `v0=${mac(key, `v0:${seconds(at)}:${body}`)}`,
  ({ at }) => ({ 'x-slack-request-timestamp': seconds(at) }),
)

export const pairs = Object.fromEntries(
  ['NEW', 'OLD', 'OTHER'].map((name) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return [publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), { name, privateKey }]
  }),
)

const adyenItem = (key: string, item: Record<string, unknown>) => {
  const amount = item['amount'] as { value: number; currency: string }
  const text = [
    item['pspReference'],
    '',
    item['merchantAccountCode'],
    item['merchantReference'],
    amount.value,
    amount.currency,
    item['eventCode'],
    item['success'],
  ].join(':')
  const hmacSignature = mac(Buffer.from(key, 'hex'), text, 'base64')
  return { NotificationRequestItem: { ...item, additionalData: { hmacSignature } } }
}

const withJson = (body: string, change: (event: never) => unknown): string =>
  JSON.stringify(change(JSON.parse(body) as never))

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const jwt = (key: string, at: Date): string => {
  const iat = Number(seconds(at))
  const text = `${part({ alg: 'HS256' })}.${part({ iss: 'jira', iat, exp: iat + 180 })}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

export const vectors: Record<string, Make> = {
  stripe: inHeader(
    'stripe-signature',
    ({ key, at, body }) => `t=${seconds(at)},v1=00ff,v1=${mac(key, `${seconds(at)}.${body}`)},v0=1`,
  ),
  paddle: inHeader(
    'paddle-signature',
    ({ key, at, body }) => `ts=${seconds(at)};h1=${mac(key, `${seconds(at)}:${body}`)}`,
  ),
  square: inHeader('x-square-hmacsha256-signature', ({ key, url, body }) =>
    mac(key, `${url}${body}`, 'base64'),
  ),
  adyen: ({ body, key }) => ({
    headers: {},
    body: withJson(
      body,
      (event: { notificationItems: { NotificationRequestItem: Record<string, unknown> }[] }) => ({
        ...event,
        notificationItems: event.notificationItems.map((one) => adyenItem(key, one.NotificationRequestItem)),
      }),
    ),
  }),
  'adyen-platform': inHeader('HmacSignature', ({ key, body }) =>
    mac(Buffer.from(key, 'hex'), body, 'base64'),
  ),
  shopify: inHeader('x-shopify-hmac-sha256', ({ key, body }) => mac(key, body, 'base64')),
  woocommerce: inHeader('x-wc-webhook-signature', ({ key, body }) => mac(key, body, 'base64')),
  bigcommerce: standard('webhook', (key) => Buffer.from(key).toString('base64')),
  xero: inHeader('x-xero-signature', ({ key, body }) => mac(key, body, 'base64')),
  quickbooks: inHeader('intuit-signature', ({ key, body }) => mac(key, body, 'base64')),
  github: inHeader('x-hub-signature-256', ({ key, body }) => `sha256=${mac(key, body)}`),
  gitlab: standard('webhook'),
  'gitlab-token': shown('x-gitlab-token'),
  linear: ({ body, at, key }) => {
    const timed = withJson(body, (event: object) => ({ ...event, webhookTimestamp: at.getTime() }))
    return { body: timed, headers: { 'linear-signature': mac(key, timed) } }
  },
  jira: inHeader('x-hub-signature', ({ key, body }) => `sha256=${mac(key, body)}`),
  'jira-app': inHeader('authorization', ({ key, at }) => `Bearer ${jwt(key, at)}`),
  asana: inHeader('x-hook-signature', ({ key, body }) => mac(key, body)),
  notion: inHeader('x-notion-signature', ({ key, body }) => `sha256=${mac(key, body)}`),
  airtable: inHeader(
    'x-airtable-content-mac',
    ({ key, body }) => `hmac-sha256=${mac(Buffer.from(key, 'base64'), body)}`,
  ),
  typeform: inHeader('typeform-signature', ({ key, body }) => `sha256=${mac(key, body, 'base64')}`),
  calendly: inHeader(
    'calendly-webhook-signature',
    ({ key, at, body }) => `t=${seconds(at)},v1=${mac(key, `${seconds(at)}.${body}`)}`,
  ),
  docusign: inHeader(
    'x-docusign-signature-1',
    () => 'bm8=',
    ({ key, body }) => ({ 'x-docusign-signature-2': mac(key, body, 'base64') }),
  ),
  greenhouse: inHeader('signature', ({ key, body }) => `sha256 ${mac(key, body)}`),
  lever: ({ body, at, key }) => ({
    headers: {},
    body: withJson(body, (event: { token: string }) => ({
      ...event,
      triggeredAt: at.getTime(),
      signature: mac(key, `${event.token}${at.getTime()}`),
    })),
  }),
  'slack-events': slack,
  'slack-interactivity': slack,
  'slack-command': slack,
  hubspot: inHeader(
    'x-hubspot-signature-v3',
    ({ key, url, body, at }) => mac(key, `POST${url}${body}${at.getTime()}`, 'base64'),
    ({ at }) => ({ 'x-hubspot-request-timestamp': String(at.getTime()) }),
  ),
  'hubspot-v1': inHeader('x-hubspot-signature', ({ key, body }) =>
    createHash('sha256').update(`${key}${body}`).digest('hex'),
  ),
  zendesk: inHeader(
    'x-zendesk-webhook-signature',
    ({ key, at, body }) => mac(key, `${at.toISOString()}${body}`, 'base64'),
    ({ at }) => ({ 'x-zendesk-webhook-signature-timestamp': at.toISOString() }),
  ),
  intercom: inHeader('x-hub-signature', ({ key, body }) => `sha1=${mac(key, body, 'hex', 'sha1')}`),
  salesforce: ({ body, key }) => ({ body, headers: {}, query: `token=${encodeURIComponent(key)}` }),
  meta: inHeader('x-hub-signature-256', ({ key, body }) => `sha256=${mac(key, body)}`),
  zoom: inHeader(
    'x-zm-signature',
    ({ key, at, body }) => `v0=${mac(key, `v0:${seconds(at)}:${body}`)}`,
    ({ at }) => ({ 'x-zm-request-timestamp': seconds(at) }),
  ),
  twilio: inHeader('x-twilio-signature', ({ key, url, body }) => {
    const fields = [...new URLSearchParams(body)].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return mac(key, `${url}${fields.flat().join('')}`, 'base64', 'sha1')
  }),
  sendgrid: inHeader(
    'x-twilio-email-event-webhook-signature',
    ({ key, at, body }) => {
      const pair = pairs[key]
      if (!pair) throw new Error('no such pair')
      return sign('sha256', Buffer.from(`${seconds(at)}${body}`), pair.privateKey).toString('base64')
    },
    ({ at }) => ({ 'x-twilio-email-event-webhook-timestamp': seconds(at) }),
  ),
  mailgun: ({ body, at, key }) => ({
    headers: {},
    body: withJson(body, (event: { signature: { token: string } }) => ({
      ...event,
      signature: {
        token: event.signature.token,
        timestamp: seconds(at),
        signature: mac(key, `${seconds(at)}${event.signature.token}`),
      },
    })),
  }),
  postmark: shown('authorization', (key) => `Basic ${Buffer.from(`mail:${key}`).toString('base64')}`),
  'standard-webhooks': standard('webhook'),
  svix: standard('svix'),
  clerk: standard('svix'),
  resend: standard('svix'),
  pagerduty: inHeader('x-pagerduty-signature', ({ key, body }) => `v1=00ff,v1=${mac(key, body)}`),
  opsgenie: shown('authorization'),
  sentry: inHeader('sentry-hook-signature', ({ key, body }) => mac(key, body)),
  datadog: shown('authorization'),
  grafana: shown('authorization', (key) => `Bearer ${key}`),
  alertmanager: shown('authorization', (key) => `Bearer ${key}`),
  eventbridge: shown('x-api-key'),
  graph: ({ body, key }) => ({
    headers: {},
    body: withJson(body, (event: { value: object[] }) => ({
      value: event.value.map((one) => ({ ...one, clientState: key })),
    })),
  }),
  okta: shown('authorization'),
  auth0: shown('authorization', (key) => `Bearer ${key}`),
}
