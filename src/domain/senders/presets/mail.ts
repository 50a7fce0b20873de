// Mail: what became of one that was sent.
import { hmac, HOUR_MS, type Preset, timeIn } from '../preset.ts'

export const mail = {
  sendgrid: {
    title: 'SendGrid event webhook',
    setup:
      'Settings → Mail settings → Event webhook: Signed event webhook; the secret is its public key, which is no secret',
    proof: hmac({
      header: 'x-twilio-email-event-webhook-signature',
      algorithm: 'ecdsa',
      key: 'base64',
      encoding: 'base64',
      signed: '${timestamp}${body}',
      // It tries again for 24 hours, and no tolerance is documented.
      time: timeIn({ header: 'x-twilio-email-event-webhook-timestamp' }, 's', 25 * HOUR_MS),
    }),
    each: 'event',
    id: 'event.sg_event_id',
    type: 'event.event',
    time: 'event.timestamp',
    answerWithinS: 10,
    sample: ['s1', 's2'].map((id) => ({ sg_event_id: id, event: 'delivered', timestamp: 1772452800 })),
    unconfirmed: 'whether the signed time is another one when SendGrid tries again',
  },
  mailgun: {
    title: 'Mailgun',
    setup:
      'Sending → Webhooks; the secret is the HTTP webhook signing key. A token is signed, and the event is not',
    proof: {
      ...hmac({ header: '', signed: '${event.signature.timestamp}${event.signature.token}' }),
      at: { event: 'signature.signature' },
      // It tries again for 8 hours.
      time: timeIn({ event: 'signature.timestamp' }, 's', 9 * HOUR_MS),
    },
    type: 'event["event-data"].event',
    time: 'event["event-data"].timestamp',
    reply: { status: 200 },
    sample: {
      signature: { timestamp: '0', token: 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0' },
      'event-data': { id: 'm1', event: 'delivered', timestamp: 1772452800.1 },
    },
    unconfirmed:
      'whether the token is the same when Mailgun tries again; with another, the same event comes twice',
  },
  postmark: {
    title: 'Postmark',
    setup:
      'Servers → your stream → Webhooks: basic auth, with a user name and a password of your own. Nothing is signed',
    proof: { kind: 'basic', username: '' },
    id: 'event.RecordType + "/" + event.MessageID + "/" + (has(event.DeliveredAt) ? event.DeliveredAt : has(event.BouncedAt) ? event.BouncedAt : event.ReceivedAt)',
    type: 'event.RecordType',
    reply: { status: 200 },
    sample: { RecordType: 'Delivery', MessageID: 'p1', DeliveredAt: '2026-03-02T12:00:00Z' },
    unconfirmed: 'how long Postmark waits for the answer',
  },
} satisfies Record<string, Preset>
