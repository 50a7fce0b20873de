// Customers, messages and calls.
import { hmac, type Preset, timeIn } from '../preset.ts'

const slack = hmac({
  header: 'x-slack-signature',
  prefix: 'v0=',
  signed: 'v0:${timestamp}:${body}',
  time: timeIn({ header: 'x-slack-request-timestamp' }),
})

/** What HubSpot sends, whichever of its signatures it makes. */
const hubspotEvents = {
  each: 'event',
  id: 'string(event.portalId) + "/" + string(event.subscriptionId) + "/" + string(event.eventId) + "/" + string(event.objectId) + "/" + string(event.occurredAt)',
  type: 'event.subscriptionType',
  time: 'event.occurredAt',
  answerWithinS: 5,
  sample: [1, 2].map((eventId) => ({
    eventId,
    subscriptionId: 7,
    portalId: 62515,
    objectId: 1,
    occurredAt: 1772452800000,
    subscriptionType: 'contact.creation',
  })),
}

export const people = {
  'slack-events': {
    title: 'Slack Events API',
    setup:
      'api.slack.com → your app → Event Subscriptions: the address answers the challenge by itself. The secret is the signing secret',
    proof: slack,
    id: 'event.event_id',
    type: 'event.event.type',
    time: 'event.event_time',
    challenges: [
      {
        method: 'POST',
        kind: 'echo',
        from: { event: 'challenge' },
        when: { type: 'url_verification' },
        as: 'text',
        isSigned: true,
      },
    ],
    reply: { status: 200 },
    answerWithinS: 3,
    sample: {
      type: 'event_callback',
      event_id: 'Ev1',
      event_time: 1772452800,
      event: { type: 'app_mention' },
    },
  },
  'slack-interactivity': {
    title: 'Slack interactivity',
    setup: 'api.slack.com → your app → Interactivity & Shortcuts. The secret is the signing secret',
    proof: slack,
    body: ['form'],
    id: 'event.payload.trigger_id',
    type: 'event.payload.type',
    reply: { status: 200 },
    answerWithinS: 3,
    sample: { payload: '{"type":"block_actions","trigger_id":"13345224609.1"}' },
    unconfirmed: 'that trigger_id is another one each time',
  },
  'slack-command': {
    title: 'Slack slash command',
    setup: 'api.slack.com → your app → Slash Commands. The secret is the signing secret',
    proof: slack,
    body: ['form'],
    id: 'event.trigger_id',
    type: 'event.command',
    reply: { status: 200 },
    answerWithinS: 3,
    sample: { command: '/refund', text: '1042', trigger_id: '13345224609.2' },
    unconfirmed: 'that trigger_id is another one each time',
  },
  hubspot: {
    title: 'HubSpot, signature v3',
    setup: 'Your app → Webhooks; the secret is its client secret. PUBLIC_URL is signed, so it must be exact',
    proof: hmac({
      header: 'x-hubspot-signature-v3',
      encoding: 'base64',
      signed: '${method}${url}${body}${timestamp}',
      time: timeIn({ header: 'x-hubspot-request-timestamp' }, 'ms'),
    }),
    ...hubspotEvents,
    unconfirmed:
      'which escapes of the address are decoded before it is signed, and whether eventId is unique',
  },
  'hubspot-v1': {
    title: 'HubSpot, signature v1',
    setup:
      'Your app → Webhooks; the secret is its client secret. Take hubspot where v3 is sent: v1 signs no time',
    proof: hmac({ header: 'x-hubspot-signature', signed: '${secret}${body}' }),
    ...hubspotEvents,
    unconfirmed: 'whether eventId is unique',
  },
  zendesk: {
    title: 'Zendesk, events',
    setup: 'Admin Center → Apps and integrations → Webhooks; its signing secret',
    proof: hmac({
      header: 'x-zendesk-webhook-signature',
      encoding: 'base64',
      signed: '${timestamp}${body}',
      time: timeIn({ header: 'x-zendesk-webhook-signature-timestamp' }, 'iso'),
    }),
    id: 'event.id',
    type: 'event.type',
    time: 'event.time',
    answerWithinS: 10,
    sample: { id: 'z1', type: 'zen:event-type:ticket.created', time: '2026-03-02T12:00:00Z' },
    unconfirmed: 'that the signed time is ISO text',
  },
  intercom: {
    title: 'Intercom',
    setup: 'Developer Hub → your app → Webhooks; the secret is its client secret',
    proof: hmac({ header: 'x-hub-signature', algorithm: 'sha1', prefix: 'sha1=' }),
    id: 'event.id',
    type: 'event.topic',
    time: 'event.created_at',
    answerWithinS: 5,
    sample: {
      type: 'notification_event',
      id: 'notif_1',
      topic: 'conversation.user.created',
      created_at: 1772452800,
    },
    unconfirmed: 'how often Intercom tries again',
  },
  salesforce: {
    title: 'Salesforce outbound message',
    setup:
      'Setup → Outbound Messages: the address with ?token=<the secret> behind it. Nothing is signed: allow only Salesforce’s networks too',
    proof: { kind: 'value', at: { query: 'token' } },
    body: ['xml'],
    each: 'event.Envelope.Body.notifications.Notification',
    id: 'event.Id',
    type: 'event.sObject["@type"]',
    reply: {
      status: 200,
      contentType: 'text/xml',
      body: '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
    },
    sample:
      '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D</OrganizationId><Notification><Id>04l1</Id></Notification><Notification><Id>04l2</Id></Notification></notifications></soapenv:Body></soapenv:Envelope>',
  },
  meta: {
    title: 'Meta and WhatsApp',
    setup:
      'App dashboard → Webhooks: the address, and a verify token of your own (verify_token). The secret is the app secret',
    proof: hmac({ header: 'x-hub-signature-256', prefix: 'sha256=' }),
    each: 'event.entry.map(e, e.changes.map(c, {"object": event.object, "entry": e.id, "field": c.field, "value": c.value}))',
    type: 'event.field',
    challenges: [
      {
        method: 'GET',
        kind: 'echo',
        from: { query: 'hub.challenge' },
        as: 'text',
        isSigned: false,
        token: 'hub.verify_token',
      },
    ],
    reply: { status: 200 },
    sample: {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: 'w1',
          changes: ['m1', 'm2'].map((id) => ({ field: 'messages', value: { messages: [{ id }] } })),
        },
      ],
    },
    unconfirmed:
      'for how long Meta tries again, and how many changes come at once. For Messenger, set each for entry[].messaging[]',
  },
  zoom: {
    title: 'Zoom',
    setup: 'Your app → Feature → Event subscriptions: Validate. The secret is the secret token',
    proof: hmac({
      header: 'x-zm-signature',
      prefix: 'v0=',
      signed: 'v0:${timestamp}:${body}',
      time: timeIn({ header: 'x-zm-request-timestamp' }),
    }),
    id: 'event.event + "/" + string(event.event_ts) + "/" + event.payload.object.uuid',
    type: 'event.event',
    time: 'event.event_ts',
    challenges: [
      {
        method: 'POST',
        kind: 'mac',
        from: { event: 'payload.plainToken' },
        when: { event: 'endpoint.url_validation' },
        isSigned: true,
      },
    ],
    reply: { status: 200 },
    answerWithinS: 3,
    sample: { event: 'meeting.ended', event_ts: 1772452800000, payload: { object: { uuid: 'u1' } } },
    unconfirmed: 'that event, time and uuid always tell events apart',
  },
  twilio: {
    title: 'Twilio',
    setup:
      'The number’s webhook, as POST; the secret is the primary auth token. PUBLIC_URL is signed, so it must be exact',
    proof: hmac({
      header: 'x-twilio-signature',
      algorithm: 'sha1',
      encoding: 'base64',
      signed: '${url}${form}',
    }),
    body: ['form'],
    type: 'has(event.MessageStatus) ? event.MessageStatus : event.CallStatus',
    reply: { status: 200, body: '<Response/>', contentType: 'text/xml' },
    answerWithinS: 15,
    sample: { MessageSid: 'SM1', MessageStatus: 'delivered', To: '+15550100' },
    unconfirmed:
      'how long Twilio waits for the answer. Its JSON bodies and the new SHA-256 signatures are not taken',
  },
} satisfies Record<string, Preset>
