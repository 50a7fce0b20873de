// Presets of targets that move or book money.
import { secret, subdomain, type TargetPreset, text } from './preset.ts'

export const money: Record<string, TargetPreset> = {
  stripe: {
    title: 'Stripe',
    inputs: { key: secret('A secret or restricted key (sk_…, rk_…)', 'secret.STRIPE_KEY') },
    connection: {
      url: 'https://api.stripe.com',
      auth: { basic: { username: '<key>' } },
      idempotency: { header: 'Idempotency-Key' },
      fail_when: 'answer.status >= 400 && answer.headers["stripe-should-retry"] == "false"',
      retry_when: 'answer.status == 409 || answer.headers["stripe-should-retry"] == "true"',
      test: { path: '/v1/balance' },
    },
    notes: [
      'Paths begin with /v1. Send form; what is nested gets brackets: metadata[order]=7.',
      'The same Idempotency-Key with other parameters is an error: a step that a person edited has a key of its own.',
    ],
    unconfirmed: [
      'Idempotency-Key is kept for at least 24 hours',
      'Stripe-Should-Retry',
      'error types and which of them are temporary',
    ],
  },
  'shopify-admin': {
    title: 'Shopify Admin (GraphQL)',
    inputs: {
      shop: subdomain('The shop', 'mabel-and-sons', '.myshopify.com'),
      version: text('The version of the API', '2026-10', {
        pattern: /^\d{4}-\d{2}$/,
        says: 'write a version like 2026-10',
      }),
      token: secret('An Admin API access token (shpat_…)', 'secret.SHOPIFY_TOKEN'),
    },
    connection: {
      url: 'https://<shop>.myshopify.com/admin/api/<version>',
      auth: { header: { name: 'X-Shopify-Access-Token', value: '${<token>}' } },
      idempotency: 'none',
      retry_when: 'answer.body.errors.exists(e, e.extensions.code == "THROTTLED")',
      retry_after:
        '(answer.body.extensions.cost.requestedQueryCost - answer.body.extensions.cost.throttleStatus.currentlyAvailable) / answer.body.extensions.cost.throttleStatus.restoreRate',
      fail_when:
        'answer.body.data.exists(name, "userErrors" in answer.body.data[name] && answer.body.data[name].userErrors.size() > 0)',
      success_when: 'answer.status == 200 && has(answer.body.data) && !has(answer.body.errors)',
      test: { method: 'POST', path: '/graphql.json', json: { query: '{ shop { name } }' } },
    },
    notes: [
      'Post to /graphql.json: json: { query: "…", variables: { … } }.',
      'Name the list userErrors { field message } in each mutation: with anything in it the step is refused.',
      'There is no idempotency key for all mutations: where the mutation has none of its own, look for the object first.',
    ],
    unconfirmed: [
      'the @idempotent directive of some mutations',
      'the code THROTTLED: secondary sources say that the HTTP status of a throttled call is not reliable',
    ],
  },
  xero: {
    title: 'Xero',
    inputs: {
      client_id: text('Of a custom connection', '0F1E2D3C4B5A69788796A5B4C3D2E1F0'),
      client_secret: secret('Of the same', 'secret.XERO_SECRET'),
      tenant: text('The id of the organization', '70784a63-d24b-46a9-a4db-0e70a274b056'),
      scope: text('What the app may do', 'accounting.transactions accounting.contacts'),
    },
    connection: {
      url: 'https://api.xero.com/api.xro/2.0',
      auth: {
        oauth2: {
          token_url: 'https://identity.xero.com/connect/token',
          client_id: '<client_id>',
          client_secret: '<client_secret>',
          scope: '<scope>',
        },
      },
      headers: { Accept: 'application/json', 'xero-tenant-id': '<tenant>' },
      idempotency: { header: 'Idempotency-Key' },
      limits: { at_once: 5 },
      test: { path: '/Organisation' },
    },
    notes: [
      'Limits: 5 calls at once, 60 a minute, and a limit a day by plan. After the last, Retry-After may ask for hours.',
      'An app that acts for users (code and refresh token) needs auth of its own: tokens that rotate are not kept here.',
    ],
    unconfirmed: [
      'Idempotency-Key',
      'a bulk call may answer 200 with faults in single rows: send one document a call',
      'that a custom connection wants xero-tenant-id',
    ],
  },
  quickbooks: {
    title: 'QuickBooks Online',
    inputs: {
      realm: text('The id of the company', '9130354674', { pattern: /^\d+$/, says: 'write digits' }),
    },
    connection: {
      url: 'https://quickbooks.api.intuit.com/v3/company/<realm>',
      headers: { Accept: 'application/json' },
      idempotency: { query: 'requestid', as: 'uuid' },
      fail_when: 'answer.status == 200 && has(answer.body.Fault)',
      limits: { at_once: 10 },
      test: { path: '/companyinfo/<realm>' },
    },
    needsAuth: 'auth: { bearer: secret.NAME } with a token that somebody else renews',
    notes: [
      'A 200 may hold a Fault: then the step is refused.',
      'Its tokens come from a person’s consent and rotate, and are not kept here: give auth yourself.',
      'Updates need the SyncToken of the object: read it first.',
    ],
    unconfirmed: ['the query requestid', 'code 5010: the object changed in between'],
  },
}
