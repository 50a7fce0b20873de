// Presets of targets where work is tracked and written down.
import { secret, subdomain, type TargetPreset, text } from './preset.ts'

export const work: Record<string, TargetPreset> = {
  jira: {
    title: 'Jira Cloud',
    inputs: {
      site: subdomain('The site', 'mabel', '.atlassian.net'),
      email: text('Of the account that owns the token', 'ops@mabel.example'),
      token: secret('An API token', 'secret.JIRA_TOKEN'),
    },
    connection: {
      url: 'https://<site>.atlassian.net/rest/api/3',
      auth: { basic: { username: '<email>', password: '<token>' } },
      idempotency: 'none',
      test: { path: '/myself' },
    },
    notes: [
      'There is no idempotency key: look for the issue by a label or property first, and create it where nothing is found.',
      'Rich text (a description) is a document, not a text: { type: doc, version: 1, content: [ … ] }.',
    ],
    unconfirmed: ['the shape of errors', 'rich text of version 3'],
  },
  linear: {
    title: 'Linear',
    inputs: { key: secret('A personal API key (lin_api_…)', 'secret.LINEAR_KEY') },
    connection: {
      url: 'https://api.linear.app',
      // The key alone, without Bearer.
      auth: { header: { name: 'Authorization', value: '${<key>}' } },
      idempotency: { json: 'variables.input.id', as: 'uuid' },
      // Also with a 400.
      retry_when: 'answer.body.errors.exists(e, e.extensions.code == "RATELIMITED")',
      success_when: 'answer.status == 200 && has(answer.body.data) && !has(answer.body.errors)',
      test: { method: 'POST', path: '/graphql', json: { query: '{ viewer { id } }' } },
    },
    notes: [
      'Post to /graphql: json: { query: "mutation($input: IssueCreateInput!) { … }", variables: { input: { … } } }. The key of the step becomes the id in input.',
      'A call that is no creation with an input says idempotency: none.',
      'An OAuth token needs auth: { bearer: secret.NAME } instead.',
    ],
    unconfirmed: [
      'an id of one’s own in input',
      'calls an hour: sources differ, 1,500 to 5,000',
      'a 200 with parts and errors, which counts as refused here',
    ],
  },
  github: {
    title: 'GitHub',
    inputs: { token: secret('A fine-grained or classic personal access token', 'secret.GITHUB_TOKEN') },
    connection: {
      url: 'https://api.github.com',
      auth: { bearer: '<token>' },
      headers: { Accept: 'application/vnd.github+json', 'X-GitHub-Api-Version': '2022-11-28' },
      idempotency: 'none',
      retry_when:
        'answer.status == 403 && (("x-ratelimit-remaining" in answer.headers && answer.headers["x-ratelimit-remaining"] == "0") || "retry-after" in answer.headers)',
      // Does not count against the limit.
      test: { path: '/rate_limit' },
    },
    notes: [
      'A 403 is worth another try only with nothing left of the limit, or with Retry-After: else it says that the token may not.',
      'There is no idempotency key: look for the issue first.',
    ],
    unconfirmed: ['Retry-After of secondary limits', 'the version 2022-11-28'],
  },
  gitlab: {
    title: 'GitLab',
    inputs: { token: secret('A personal, group or project access token', 'secret.GITLAB_TOKEN') },
    connection: {
      url: 'https://gitlab.com/api/v4',
      auth: { header: { name: 'PRIVATE-TOKEN', value: '${<token>}' } },
      idempotency: 'none',
      test: { path: '/user' },
    },
    notes: ['Of your own GitLab, give url. There is no idempotency key.'],
    unconfirmed: ['rate limit headers', 'the shape of errors'],
  },
  notion: {
    title: 'Notion',
    inputs: { token: secret('The secret of an internal integration', 'secret.NOTION_TOKEN') },
    connection: {
      url: 'https://api.notion.com/v1',
      auth: { bearer: '<token>' },
      headers: { 'Notion-Version': '2022-06-28' },
      idempotency: 'none',
      retry_when: 'answer.status == 409',
      limits: { at_once: 3 },
      test: { path: '/users/me' },
    },
    notes: [
      'A page that was not shared with the integration is not found (404).',
      'Another Notion-Version: give it in headers. There is no idempotency key.',
    ],
    unconfirmed: ['conflict_error is worth another try', 'the version 2022-06-28'],
  },
  airtable: {
    title: 'Airtable',
    inputs: { token: secret('A personal access token (pat…)', 'secret.AIRTABLE_TOKEN') },
    connection: {
      url: 'https://api.airtable.com/v0',
      auth: { bearer: '<token>' },
      idempotency: 'none',
      // After a 429 the base answers nobody for 30 seconds.
      retry_after: '30.0',
      limits: { at_once: 4 },
      test: { path: '/meta/whoami' },
    },
    notes: [
      'Paths name the base and the table: /appZ4F2x9Q1mK7bLd/Orders. At most 10 records a call, and 5 calls a second to one base.',
      'There is no idempotency key: PATCH with performUpsert and fieldsToMergeOn writes a record once.',
    ],
    unconfirmed: ['10 records a call', 'performUpsert', '30 seconds (secondary sources)'],
  },
  'google-sheets': {
    title: 'Google Sheets (a service account)',
    inputs: {
      email: text('Of the service account', 'signalbox@mabel.iam.gserviceaccount.com'),
      private_key: secret('The private_key of its JSON key', 'secret.GOOGLE_KEY'),
    },
    connection: {
      url: 'https://sheets.googleapis.com/v4',
      auth: {
        jwt_bearer: {
          token_url: 'https://oauth2.googleapis.com/token',
          issuer: '<email>',
          private_key: '<private_key>',
          scope: 'https://www.googleapis.com/auth/spreadsheets',
        },
      },
      idempotency: 'none',
      retry_when:
        'answer.status == 403 && answer.body.error.errors.exists(e, e.reason == "rateLimitExceeded" || e.reason == "userRateLimitExceeded")',
      // No call of theirs stands by itself: a sheet that is not there is not found by whoever may ask.
      test: { path: '/spreadsheets/signalbox-connection-test', accepted_when: 'answer.status == 404' },
    },
    notes: [
      'Share the sheet with the address of the service account.',
      'What is appended twice is there twice: write to a row that the record names, by PUT /spreadsheets/…/values/Sheet1!A7:C7.',
    ],
    unconfirmed: ['the shape of errors', 'that a sheet which is not there is answered with 404'],
  },
}
