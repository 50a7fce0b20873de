// Presets of targets that know customers: desks and CRMs.
import { secret, subdomain, type TargetPreset, text } from './preset.ts'

export const customers: Record<string, TargetPreset> = {
  zendesk: {
    title: 'Zendesk',
    inputs: {
      subdomain: subdomain('The account', 'mabel', '.zendesk.com'),
      email: text('Of the agent who owns the token', 'ops@mabel.example'),
      token: secret('An API token', 'secret.ZENDESK_TOKEN'),
    },
    connection: {
      url: 'https://<subdomain>.zendesk.com/api/v2',
      auth: { basic: { username: '<email>/token', password: '<token>' } },
      idempotency: { header: 'Idempotency-Key' },
      retry_when: 'answer.status == 409',
      // Who is nobody is told so with a 200.
      test: { path: '/users/me.json', accepted_when: 'answer.status == 200 && answer.body.user.id != null' },
    },
    notes: [
      'What is sent stands in the name of the resource: json: { ticket: { … } }.',
      'Idempotency-Key works where a ticket is created (secondary sources). A comment by PUT /tickets/… sent twice is there twice, so write it together with what shows that it is done, like a tag.',
    ],
    unconfirmed: ['409 is worth another try, 422 is not'],
  },
  hubspot: {
    title: 'HubSpot',
    inputs: { token: secret('The access token of a private app (pat-…)', 'secret.HUBSPOT_TOKEN') },
    connection: {
      url: 'https://api.hubapi.com',
      auth: { bearer: '<token>' },
      idempotency: 'none',
      // 477: the account is being moved to another data center.
      retry_when: 'answer.status == 477',
      // The limit of a day is not over in seconds.
      retry_after: 'answer.body.policyName == "DAILY" ? 3600.0 : 10.0',
      test: { path: '/account-info/v3/details' },
    },
    notes: [
      'There is no idempotency key: where you create, use the upsert by a unique property. A change of a deal sent twice changes nothing.',
    ],
    unconfirmed: ['the shape of errors', 'policyName of a 429', 'upsert by a unique property'],
  },
  salesforce: {
    title: 'Salesforce',
    inputs: {
      domain: subdomain('My Domain', 'mabel', '.my.salesforce.com'),
      client_id: text('The consumer key of the app', 'secret.SALESFORCE_ID'),
      client_secret: secret('The consumer secret', 'secret.SALESFORCE_SECRET'),
    },
    connection: {
      url: 'https://<domain>.my.salesforce.com/services/data',
      auth: {
        oauth2: {
          token_url: 'https://<domain>.my.salesforce.com/services/oauth2/token',
          client_id: '<client_id>',
          client_secret: '<client_secret>',
          client_auth: 'body',
        },
      },
      idempotency: 'none',
      retry_when:
        'answer.body.exists(e, e.errorCode == "REQUEST_LIMIT_EXCEEDED" || e.errorCode == "UNABLE_TO_LOCK_ROW")',
      test: { path: '/v62.0/limits' },
    },
    notes: [
      'By a key instead of a secret: auth: { jwt_bearer: { token_url: https://mabel.my.salesforce.com/services/oauth2/token, issuer: secret.SALESFORCE_ID, subject: ops@mabel.example, audience: https://login.salesforce.com, private_key: secret.SALESFORCE_KEY } }.',
      'Paths begin with the version: /v62.0/sobjects/…. The app needs the client credentials flow and a user it runs as.',
      'There is no idempotency key: PATCH by an external id creates or changes, once however often it is sent. A 300 says that several match, and is refused.',
    ],
    unconfirmed: ['which error codes are temporary, but for REQUEST_LIMIT_EXCEEDED with a 403'],
  },
  intercom: {
    title: 'Intercom',
    inputs: { token: secret('An access token', 'secret.INTERCOM_TOKEN') },
    connection: {
      url: 'https://api.intercom.io',
      auth: { bearer: '<token>' },
      idempotency: 'none',
      test: { path: '/me' },
    },
    notes: ['In Europe and Australia the host is another one: give url. There is no idempotency key.'],
    unconfirmed: ['the shape of errors', 'the header Intercom-Version, which you may give in headers'],
  },
}
