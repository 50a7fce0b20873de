// Alerts, cloud services and sign-in.
import { hmac, type Preset, standardWebhooks, valueIn } from '../preset.ts'

const svix = (title: string, setup: string): Preset => ({
  title,
  setup,
  proof: standardWebhooks('svix'),
  id: 'headers["svix-id"]',
  type: 'event.type',
  answerWithinS: 15,
  sample: { type: 'user.created', data: { id: 'u1' } },
  unconfirmed: 'for how long it tries again',
})

const alerts = [1, 2].map((n) => ({
  status: 'firing',
  fingerprint: `f${n}`,
  startsAt: '2026-03-02T12:00:00Z',
  labels: { alertname: 'High load' },
}))

export const systems = {
  'standard-webhooks': {
    title: 'Standard Webhooks',
    setup:
      'The address of the hook; the secret begins with whsec_, or is the public key of the sender, whpk_…',
    proof: standardWebhooks('webhook'),
    id: 'headers["webhook-id"]',
    type: 'event.type',
    answerWithinS: 15,
  },
  svix: svix('Svix', 'The endpoint’s signing secret, whsec_…'),
  clerk: svix('Clerk', 'Configure → Webhooks → Add endpoint; its signing secret, whsec_…'),
  resend: svix('Resend', 'Webhooks → Add webhook; its signing secret, whsec_…'),
  pagerduty: {
    title: 'PagerDuty webhooks v3',
    setup: 'Integrations → Generic webhooks (v3); the secret is shown once, when it is made',
    proof: hmac({ header: 'x-pagerduty-signature', prefix: 'v1=', list: ',' }),
    id: 'event.event.id',
    type: 'event.event.event_type',
    time: 'event.event.occurred_at',
    answerWithinS: 5,
    sample: {
      event: { id: '01B', event_type: 'incident.triggered', occurred_at: '2026-03-02T12:00:00Z' },
    },
  },
  opsgenie: {
    title: 'Opsgenie',
    setup:
      'Settings → Integrations → Webhook: a custom header with a value of your own (header names it). Nothing is signed',
    proof: valueIn('authorization'),
    namesHeader: true,
    id: 'event.alert.alertId + "/" + event.action + "/" + string(event.alert.updatedAt)',
    type: 'event.action',
    time: 'event.alert.createdAt',
    sample: {
      action: 'Create',
      alert: { alertId: 'a1', updatedAt: 1772452800000, createdAt: 1772452800000 },
    },
    unconfirmed: 'how long Opsgenie waits, and how often it tries again',
  },
  sentry: {
    title: 'Sentry, integration',
    setup: 'Settings → Developer settings → your integration; the secret is its client secret',
    proof: hmac({ header: 'sentry-hook-signature' }),
    type: 'headers["sentry-hook-resource"] + "." + event.action',
    answerWithinS: 1,
    sample: { action: 'created', data: { issue: { id: '1' } } },
    unconfirmed: 'whether Sentry tries again',
  },
  datadog: {
    title: 'Datadog',
    setup:
      'Integrations → Webhooks: custom headers with a value of your own (header names it). The payload is yours: put $ID into it, and name it in id',
    proof: valueIn('authorization'),
    namesHeader: true,
    answerWithinS: 15,
  },
  grafana: {
    title: 'Grafana alerting',
    setup:
      'Alerting → Contact points → Webhook: Authorization header, Bearer with the secret. Nothing is signed',
    proof: valueIn('authorization'),
    each: 'event.alerts',
    id: 'event.fingerprint + "/" + event.startsAt + "/" + event.status',
    type: 'event.status',
    time: 'event.startsAt',
    sample: { groupKey: 'g1', status: 'firing', alerts },
  },
  alertmanager: {
    title: 'Prometheus Alertmanager',
    setup: 'receivers → webhook_configs → http_config: authorization: { credentials: … }. Nothing is signed',
    proof: valueIn('authorization'),
    each: 'event.alerts',
    id: 'event.fingerprint + "/" + event.startsAt + "/" + event.status',
    type: 'event.status',
    time: 'event.startsAt',
    sample: { version: '4', groupKey: 'g1', status: 'firing', alerts },
  },
  sns: {
    title: 'Amazon SNS',
    setup:
      'Create subscription: HTTPS, without raw delivery; it is confirmed by itself. topic is the ARN. There is no secret',
    proof: { kind: 'sns', topic: '' },
    ignoresType: true,
    type: 'event.Type',
    time: 'event.Timestamp',
    challenges: [
      {
        method: 'POST',
        kind: 'confirm',
        from: { event: 'SubscribeURL' },
        when: { Type: 'SubscriptionConfirmation' },
        isSigned: true,
      },
    ],
    reply: { status: 200 },
    answerWithinS: 15,
    sample: {
      Type: 'Notification',
      MessageId: 's1',
      TopicArn: 'arn:aws:sns:eu-west-1:123456789012:orders',
      Message: '{}',
      Timestamp: '2026-03-02T12:00:00.000Z',
      SignatureVersion: '2',
      SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    },
    unconfirmed: 'the line form of what is signed',
  },
  eventbridge: {
    title: 'Amazon EventBridge, API destination',
    setup:
      'API destinations → Create connection: API key, with a name (header) and a value of your own. Nothing is signed',
    proof: valueIn('x-api-key'),
    namesHeader: true,
    id: 'event.id',
    type: 'event["detail-type"]',
    time: 'event.time',
    answerWithinS: 5,
    sample: { id: 'e1', 'detail-type': 'Order placed', source: 'shop', time: '2026-03-02T12:00:00Z' },
    unconfirmed: 'that id is the same when EventBridge tries again',
  },
  graph: {
    title: 'Microsoft Graph',
    setup:
      'POST /subscriptions with notificationUrl and a clientState of your own, which is the secret. Nothing is signed',
    proof: { kind: 'value', at: { event: 'value[].clientState' } },
    each: 'event.value',
    id: 'event.subscriptionId + "/" + event.changeType + "/" + event.resource + "/" + event.resourceData["@odata.etag"]',
    type: 'event.changeType',
    challenges: [
      { method: 'POST', kind: 'echo', from: { query: 'validationToken' }, as: 'text', isSigned: false },
    ],
    answerWithinS: 3,
    sample: {
      value: ['e1', 'e2'].map((etag) => ({
        subscriptionId: 's1',
        clientState: '',
        changeType: 'updated',
        resource: 'Users/1/Messages/2',
        resourceData: { '@odata.etag': etag },
      })),
    },
    unconfirmed: 'that every kind of resource has an etag; without one, what is sent again is a new event',
  },
  okta: {
    title: 'Okta event hooks',
    setup:
      'Workflow → Event hooks → Create: the authentication secret is the secret; Verify passes by itself. Nothing is signed',
    proof: valueIn('authorization'),
    each: 'event.data.events',
    id: 'event.uuid',
    type: 'event.eventType',
    time: 'event.published',
    challenges: [
      {
        method: 'GET',
        kind: 'echo',
        from: { header: 'x-okta-verification-challenge' },
        as: { json: 'verification' },
        isSigned: false,
      },
    ],
    reply: { status: 200 },
    answerWithinS: 3,
    sample: {
      eventType: 'com.okta.event_hook',
      data: {
        events: ['u1', 'u2'].map((uuid) => ({
          uuid,
          published: '2026-03-02T12:00:00Z',
          eventType: 'user.lifecycle.create',
        })),
      },
    },
  },
  auth0: {
    title: 'Auth0 log streams',
    setup: 'Monitoring → Streams → Custom webhook: the authorization token is the secret. Nothing is signed',
    proof: valueIn('authorization'),
    body: ['json', 'ndjson'],
    each: 'event',
    id: 'event.log_id',
    type: 'event.data.type',
    time: 'event.data.date',
    sample: ['l1', 'l2'].map((id) => ({ log_id: id, data: { type: 's', date: '2026-03-02T12:00:00Z' } })),
  },
} satisfies Record<string, Preset>
