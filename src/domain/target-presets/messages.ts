// Presets of targets that reach people: pages, alerts, messages.
import { secret, type TargetPreset, text } from './preset.ts'

export const messages: Record<string, TargetPreset> = {
  twilio: {
    title: 'Twilio',
    inputs: {
      account: text('The account (AC…)', 'secret.TWILIO_ACCOUNT', {
        pattern: /^(AC[0-9a-fA-F]{32}|secret\.\w+)$/,
        says: 'write the account SID, AC and 32 digits of base 16, or secret.NAME',
      }),
      token: secret('Its auth token', 'secret.TWILIO_TOKEN'),
    },
    connection: {
      url: 'https://api.twilio.com/2010-04-01/Accounts/<account>',
      auth: { basic: { username: '<account>', password: '<token>' } },
      idempotency: 'none',
      form_lists: 'repeated',
      test: { path: '/Balance.json' },
    },
    notes: [
      'Send form to /Messages.json: { To: "+49…", From: "+1…", Body: "…" }.',
      'A message has no idempotency key: one whose answer got lost is sent twice. Say retry: { attempts: 1 } where that is worse than none.',
      'An API key: auth: { basic: { username: secret.KEY_SID, password: secret.KEY_SECRET } }.',
    ],
    unconfirmed: ['that messages take no key', 'code 20429', '/Balance.json of subaccounts'],
  },
  sendgrid: {
    title: 'SendGrid',
    inputs: { key: secret('An API key (SG.…)', 'secret.SENDGRID_KEY') },
    connection: {
      url: 'https://api.sendgrid.com/v3',
      auth: { bearer: '<key>' },
      idempotency: 'none',
      test: { path: '/scopes' },
    },
    notes: [
      'Mail is sent by /mail/send. The answer is 202 without a body; the id is actions.….headers["x-message-id"].',
      'There is no idempotency key. In Europe the host is another one: give url.',
    ],
    unconfirmed: ['X-Message-Id', 'rate limit headers', 'the host in Europe'],
  },
  pagerduty: {
    title: 'PagerDuty Events v2',
    inputs: {},
    connection: {
      url: 'https://events.pagerduty.com',
      idempotency: { json: 'dedup_key' },
      // About 120 events a minute and key; a few are let in again within half a minute.
      retry_after: '30.0',
      test: { path: '/', proves: 'nothing', accepted_when: 'answer.status < 500' },
    },
    notes: [
      'Post to /v2/enqueue: json: { routing_key: "${secret.PAGERDUTY_KEY}", event_action: trigger, payload: { summary, source, severity } }. The routing key in it is all the auth there is.',
      'The key of the step becomes dedup_key, unless you write one: an event with the dedup_key of an open alert joins it.',
    ],
    unconfirmed: [],
  },
  opsgenie: {
    title: 'Opsgenie',
    inputs: { key: secret('An API key of an integration', 'secret.OPSGENIE_KEY') },
    connection: {
      url: 'https://api.opsgenie.com',
      auth: { header: { name: 'Authorization', value: 'GenieKey ${<key>}' } },
      idempotency: { json: 'alias' },
      test: { path: '/v2/alerts', query: { limit: 1 } },
    },
    notes: [
      'In Europe the host is another one: url: https://api.eu.opsgenie.com.',
      'Alerts are made later: 202 with a requestId. The key of the step becomes alias, unless you write one.',
    ],
    unconfirmed: ['the answer 202 and its poll', '429', 'that alias joins an open alert'],
  },
  'incident-io': {
    title: 'incident.io',
    inputs: { key: secret('An API key', 'secret.INCIDENT_IO_KEY') },
    connection: {
      url: 'https://api.incident.io',
      auth: { bearer: '<key>' },
      idempotency: { json: 'idempotency_key' },
      test: { path: '/v1/identity' },
    },
    notes: [
      'An alert source has a token of its own, and its key of the step is called deduplication_key: idempotency: { json: deduplication_key }.',
    ],
    unconfirmed: ['idempotency_key in the body', '/v1/identity'],
  },
  'microsoft-graph': {
    title: 'Microsoft Graph',
    inputs: {
      tenant: text('The directory', 'mabel.onmicrosoft.com', {
        pattern: /^[\w.-]+$/,
        says: 'write the id of the directory or its domain',
      }),
      client_id: text('The app', '11112222-3333-4444-5555-666677778888'),
      client_secret: secret('Its client secret', 'secret.GRAPH_SECRET'),
    },
    connection: {
      url: 'https://graph.microsoft.com/v1.0',
      auth: {
        oauth2: {
          token_url: 'https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token',
          client_id: '<client_id>',
          client_secret: '<client_secret>',
          scope: 'https://graph.microsoft.com/.default',
          client_auth: 'body',
        },
      },
      idempotency: 'none',
      test: { path: '/organization' },
    },
    notes: [
      'An app alone may not post messages to channels of Teams: use the preset teams-workflow.',
      'There is no idempotency key.',
    ],
    unconfirmed: ['that an app alone may not post to channels', 'the shape of errors'],
  },
  'teams-workflow': {
    title: 'Microsoft Teams (a Workflows address)',
    inputs: { webhook: secret('The address that the workflow shows, whole', 'secret.TEAMS_WEBHOOK') },
    connection: {
      url: '${<webhook>}',
      idempotency: 'none',
      test: { proves: 'nothing', accepted_when: 'answer.status < 500' },
    },
    notes: [
      'The address is the secret. A call has no path, and sends an Adaptive Card: json: { type: message, attachments: [ { contentType: application/vnd.microsoft.card.adaptive, content: { … } } ] }.',
      'It is accepted with 202 before anybody sees it. There is no idempotency key.',
    ],
    unconfirmed: ['the shape of the message', 'the answer 202'],
  },
  discord: {
    title: 'Discord (a bot)',
    inputs: { token: secret('The token of the bot', 'secret.DISCORD_TOKEN') },
    connection: {
      url: 'https://discord.com/api/v10',
      auth: { header: { name: 'Authorization', value: 'Bot ${<token>}' } },
      idempotency: { json: 'nonce', as: 'short' },
      retry_after: 'answer.body.retry_after',
      test: { path: '/users/@me' },
    },
    notes: [
      'Post to /channels/…/messages: json: { content: "…", enforce_nonce: true }. The key of the step becomes nonce, and enforce_nonce lets it count.',
      'Ids have 64 bits, and are texts. 401, 403 and 404 count toward a ban of the address (10,000 in ten minutes).',
    ],
    unconfirmed: ['nonce and enforce_nonce', 'the shape of errors'],
  },
  'discord-webhook': {
    title: 'Discord (a webhook of a channel)',
    inputs: { webhook: secret('The address of the webhook, whole', 'secret.DISCORD_WEBHOOK') },
    connection: {
      url: '${<webhook>}',
      // Without it the answer is 204, and has no id.
      query: { wait: true },
      idempotency: 'none',
      retry_after: 'answer.body.retry_after',
      test: {},
    },
    notes: [
      'The address is the secret. A call has no path: json: { content: "…" }. There is no idempotency key.',
    ],
    unconfirmed: ['204 without wait=true'],
  },
}
