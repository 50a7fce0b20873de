// Payments, accounting and shops.
import { hmac, type Preset, standardWebhooks, timeIn } from '../preset.ts'

const item = (path: string) => `\${event.NotificationRequestItem.${path}}`

export const money = {
  stripe: {
    title: 'Stripe',
    setup: 'Developers → Webhooks → Add endpoint; its signing secret (whsec_…) as it stands',
    proof: hmac({
      header: 'stripe-signature',
      prefix: 'v1=',
      list: ',',
      signed: '${timestamp}.${body}',
      time: timeIn({ part: 't' }),
    }),
    id: 'event.id',
    type: 'event.type',
    time: 'event.created',
    sample: { id: 'evt_1', type: 'charge.refunded', created: 1772452800 },
    unconfirmed: 'how long Stripe waits for the answer',
  },
  paddle: {
    title: 'Paddle Billing',
    setup: 'Developer tools → Notifications → New destination; its secret key',
    proof: hmac({
      header: 'paddle-signature',
      prefix: 'h1=',
      list: ';',
      signed: '${timestamp}:${body}',
      time: timeIn({ part: 'ts' }),
    }),
    id: 'event.event_id',
    type: 'event.event_type',
    time: 'event.occurred_at',
    reply: { status: 200 },
    answerWithinS: 5,
    sample: { event_id: 'evt_1', event_type: 'transaction.paid', occurred_at: '2026-03-02T12:00:00Z' },
  },
  square: {
    title: 'Square',
    setup:
      'Developer console → Webhooks → Subscriptions; its signature key. PUBLIC_URL is signed, so it must be exact',
    proof: hmac({
      header: 'x-square-hmacsha256-signature',
      encoding: 'base64',
      signed: '${url}${body}',
    }),
    id: 'event.event_id',
    type: 'event.type',
    time: 'event.created_at',
    answerWithinS: 10,
    sample: { event_id: 'e1', type: 'payment.updated', created_at: '2026-03-02T12:00:00Z' },
  },
  paypal: {
    title: 'PayPal',
    setup:
      'Apps & credentials → your app → Webhooks; the id of the webhook is webhook_id. There is no secret',
    proof: { kind: 'paypal', webhookId: '' },
    type: 'event.event_type',
    time: 'event.create_time',
    sample: { id: 'WH-1', event_type: 'PAYMENT.CAPTURE.COMPLETED', create_time: '2026-03-02T12:00:00Z' },
    unconfirmed: 'the order and the separators of what is signed',
  },
  adyen: {
    title: 'Adyen, standard webhook',
    setup: 'Developers → Webhooks → Standard webhook; generate an HMAC key (hex)',
    proof: {
      ...hmac({ header: '', key: 'hex', encoding: 'base64' }),
      at: { event: 'NotificationRequestItem.additionalData.hmacSignature' },
      items: 'notificationItems',
      signed: [
        'pspReference',
        'originalReference',
        'merchantAccountCode',
        'merchantReference',
        'amount.value',
        'amount.currency',
        'eventCode',
        'success',
      ]
        .map(item)
        .join(':'),
    },
    each: 'event.notificationItems',
    type: 'event.NotificationRequestItem.eventCode',
    time: 'event.NotificationRequestItem.eventDate',
    reply: { status: 200, body: '[accepted]', contentType: 'text/plain' },
    answerWithinS: 10,
    sample: {
      live: 'false',
      notificationItems: ['7914073381342284', '7914073381342285'].map((pspReference) => ({
        NotificationRequestItem: {
          pspReference,
          merchantAccountCode: 'Shop',
          merchantReference: 'order-1',
          amount: { value: 1130, currency: 'EUR' },
          eventCode: 'AUTHORISATION',
          eventDate: '2026-03-02T12:00:00+01:00',
          success: 'true',
        },
      })),
    },
    unconfirmed: 'whether : and \\ in values are escaped before they are signed: such values are refused',
  },
  'adyen-platform': {
    title: 'Adyen, platform webhooks',
    setup: 'Balance Platform → Developers → Webhooks; generate an HMAC key (hex)',
    proof: hmac({ header: 'hmacsignature', key: 'hex', encoding: 'base64' }),
    type: 'event.type',
    reply: { status: 200, body: '[accepted]', contentType: 'text/plain' },
    answerWithinS: 10,
    sample: { type: 'balancePlatform.accountHolder.updated', environment: 'test' },
  },
  plaid: {
    title: 'Plaid',
    setup:
      'Dashboard → Developers → Webhooks. secret is the secret of your API keys, client_id their client id (a secret too)',
    proof: { kind: 'plaid', clientId: '' },
    type: 'event.webhook_type + "." + event.webhook_code',
    answerWithinS: 10,
    sample: { webhook_type: 'TRANSACTIONS', webhook_code: 'SYNC_UPDATES_AVAILABLE', item_id: 'i1' },
    unconfirmed: 'how long Plaid waits for the answer, and for how long it tries again',
  },
  shopify: {
    title: 'Shopify',
    setup: 'Settings → Notifications → Webhooks; the secret stands below the list',
    proof: hmac({ header: 'x-shopify-hmac-sha256', encoding: 'base64' }),
    type: 'headers["x-shopify-topic"]',
    answerWithinS: 5,
  },
  woocommerce: {
    title: 'WooCommerce',
    setup: 'WooCommerce → Settings → Advanced → Webhooks → Add webhook, with a secret of your own',
    proof: hmac({ header: 'x-wc-webhook-signature', encoding: 'base64' }),
    type: 'headers["x-wc-webhook-topic"]',
    challenges: [{ method: 'POST', kind: 'ping', from: { event: 'webhook_id' }, isSigned: false }],
    unconfirmed: 'whether the first ping is signed: it is answered either way',
  },
  bigcommerce: {
    title: 'BigCommerce',
    setup: 'Made with POST /v3/hooks; the secret is the client secret of the app, as it stands',
    proof: standardWebhooks('webhook', 'text'),
    id: 'headers["webhook-id"]',
    type: 'event.scope',
    time: 'event.created_at',
    sample: {
      scope: 'store/order/created',
      data: { type: 'order', id: 250 },
      hash: 'h1',
      created_at: 1772452800,
    },
  },
  xero: {
    title: 'Xero',
    setup:
      'developer.xero.com → your app → Webhooks; its webhooks key. “Intent to receive” then passes by itself',
    proof: hmac({ header: 'x-xero-signature', encoding: 'base64' }),
    each: 'event.events',
    id: 'event.tenantId + "/" + event.resourceId + "/" + event.eventType + "/" + event.eventDateUtc',
    type: 'event.eventCategory + "." + event.eventType',
    time: 'event.eventDateUtc',
    reply: { status: 200 },
    answerWithinS: 5,
    sample: {
      events: ['r1', 'r2'].map((resourceId) => ({
        resourceId,
        tenantId: 't1',
        eventCategory: 'INVOICE',
        eventType: 'UPDATE',
        eventDateUtc: '2026-03-02T12:00:00.000',
      })),
    },
    unconfirmed: 'whether tenant, resource, type and time always tell events apart',
  },
  quickbooks: {
    title: 'QuickBooks Online',
    setup: 'developer.intuit.com → your app → Webhooks; its verifier token',
    proof: hmac({ header: 'intuit-signature', encoding: 'base64' }),
    each: 'event.eventNotifications.map(n, n.dataChangeEvent.entities.map(e, {"realmId": n.realmId, "name": e.name, "id": e.id, "operation": e.operation, "lastUpdated": e.lastUpdated}))',
    id: 'event.realmId + "/" + event.name + "/" + event.id + "/" + event.operation + "/" + event.lastUpdated',
    type: 'event.name + "." + event.operation',
    time: 'event.lastUpdated',
    reply: { status: 200 },
    answerWithinS: 3,
    sample: {
      eventNotifications: [
        {
          realmId: '1185883450',
          dataChangeEvent: {
            entities: ['1', '2'].map((id) => ({
              name: 'Customer',
              id,
              operation: 'Create',
              lastUpdated: '2026-03-02T12:00:00.000Z',
            })),
          },
        },
      ],
    },
    unconfirmed: 'the new form of the body that Intuit has announced (CloudEvents): set each and id for it',
  },
} satisfies Record<string, Preset>
