// What the conditions of presets make of answers as the vendors' pages (or, where none was read, secondary sources) show them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Answer, judgeAnswer, type Verdict } from '../../src/domain/call/judge-answer.ts'
import { targetPresets } from '../../src/domain/target-presets/expand.ts'

type Row = [
  preset: string,
  what: string,
  answer: { status: number; body?: unknown; headers?: Record<string, string> },
  wanted: string,
]

const cost = { requestedQueryCost: 300, throttleStatus: { currentlyAvailable: 100, restoreRate: 50 } }
const graphqlError = (code: string, more: object = {}) => ({
  errors: [{ message: 'x', extensions: { code } }],
  ...more,
})
const rows: Row[] = [
  ['stripe', 'a card that was declined', { status: 402, body: { error: { type: 'card_error' } } }, 'refused'],
  ['stripe', 'a lock', { status: 409, body: { error: { type: 'api_error' } } }, 'retry'],
  [
    'stripe',
    'a fault that it says not to try again',
    { status: 500, headers: { 'stripe-should-retry': 'false' } },
    'refused',
  ],
  ['stripe', 'a refund', { status: 200, body: { id: 're_1' } }, 'done'],
  [
    'shopify-admin',
    'too many points asked for',
    { status: 200, body: { ...graphqlError('THROTTLED'), extensions: { cost } } },
    'retry after 4000',
  ],
  [
    'shopify-admin',
    'a mutation with user errors',
    { status: 200, body: { data: { refundCreate: { userErrors: [{ field: 'id', message: 'x' }] } } } },
    'refused',
  ],
  [
    'shopify-admin',
    'a mutation that went through',
    { status: 200, body: { data: { refundCreate: { userErrors: [], refund: { id: 'gid://x' } } } } },
    'done',
  ],
  [
    'shopify-admin',
    'an error of the query',
    { status: 200, body: graphqlError('undefinedField') },
    'refused',
  ],
  ['hubspot', 'an account that is moved', { status: 477, headers: { 'retry-after': '5' } }, 'retry'],
  ['hubspot', 'the limit of a day', { status: 429, body: { policyName: 'DAILY' } }, 'retry after 3600000'],
  ['hubspot', 'what exists', { status: 409, body: { category: 'CONFLICT' } }, 'refused'],
  [
    'salesforce',
    'too many calls',
    { status: 403, body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'x' }] },
    'retry',
  ],
  ['salesforce', 'a locked row', { status: 400, body: [{ errorCode: 'UNABLE_TO_LOCK_ROW' }] }, 'retry'],
  ['salesforce', 'a wrong field', { status: 400, body: [{ errorCode: 'INVALID_FIELD' }] }, 'refused'],
  ['salesforce', 'several that match', { status: 300, body: ['/a', '/b'] }, 'refused'],
  ['salesforce', 'an update without a body', { status: 204 }, 'done'],
  ['zendesk', 'a conflict', { status: 409, body: { error: 'Conflict' } }, 'retry'],
  ['zendesk', 'a wrong field', { status: 422, body: { error: 'RecordInvalid' } }, 'refused'],
  ['linear', 'a rate limit, with a 400', { status: 400, body: graphqlError('RATELIMITED') }, 'retry'],
  ['linear', 'a wrong input, with a 400', { status: 400, body: graphqlError('INVALID_INPUT') }, 'refused'],
  ['linear', 'errors in a 200', { status: 200, body: graphqlError('FORBIDDEN', { data: null }) }, 'refused'],
  [
    'linear',
    'an issue',
    { status: 200, body: { data: { issueCreate: { success: true, issue: { id: 'x' } } } } },
    'done',
  ],
  [
    'github',
    'nothing left of the limit',
    { status: 403, headers: { 'x-ratelimit-remaining': '0' } },
    'retry',
  ],
  [
    'github',
    'a secondary limit',
    { status: 403, headers: { 'x-ratelimit-remaining': '40', 'retry-after': '60' } },
    'retry',
  ],
  ['github', 'a token that may not', { status: 403, headers: { 'x-ratelimit-remaining': '40' } }, 'refused'],
  ['github', 'what is not there', { status: 404, body: { message: 'Not Found' } }, 'refused'],
  ['notion', 'a conflict', { status: 409, body: { object: 'error', code: 'conflict_error' } }, 'retry'],
  ['notion', 'a page that was not shared', { status: 404, body: { code: 'object_not_found' } }, 'refused'],
  [
    'airtable',
    'a busy base',
    { status: 429, body: { errors: [{ error: 'RATE_LIMIT_REACHED' }] } },
    'retry after 30000',
  ],
  [
    'quickbooks',
    'a fault in a 200',
    { status: 200, body: { Fault: { Error: [{ code: '6240' }] } } },
    'refused',
  ],
  ['quickbooks', 'an invoice', { status: 200, body: { Invoice: { Id: '7' } } }, 'done'],
  ['quickbooks', 'a fault of its own', { status: 500 }, 'retry'],
  [
    'google-sheets',
    'too many calls, with a 403',
    { status: 403, body: { error: { code: 403, errors: [{ reason: 'rateLimitExceeded' }] } } },
    'retry',
  ],
  [
    'google-sheets',
    'a sheet that was not shared',
    { status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED' } } },
    'refused',
  ],
  [
    'xero',
    'a wrong document',
    { status: 400, body: { ErrorNumber: 10, Type: 'ValidationException' } },
    'refused',
  ],
  ['xero', 'a limit', { status: 429, headers: { 'retry-after': '20' } }, 'retry'],
  ['twilio', 'a number that is none', { status: 400, body: { code: 21211, message: 'x' } }, 'refused'],
  ['twilio', 'too many', { status: 429, body: { code: 20429 } }, 'retry'],
  ['sendgrid', 'mail that was taken', { status: 202 }, 'done'],
  ['pagerduty', 'too many events', { status: 429 }, 'retry after 30000'],
  ['pagerduty', 'a wrong event', { status: 400, body: { status: 'invalid event' } }, 'refused'],
  [
    'discord',
    'a limit in fractions of a second',
    { status: 429, body: { retry_after: 0.65, global: false } },
    'retry after 650',
  ],
  ['discord', 'a channel it may not write to', { status: 403, body: { code: 50001 } }, 'refused'],
  ['opsgenie', 'an alert to be made', { status: 202, body: { requestId: 'x' } }, 'done'],
  ['microsoft-graph', 'a busy service', { status: 503, headers: { 'retry-after': '3' } }, 'retry'],
]

const text = (verdict: Verdict): string =>
  verdict.kind === 'retry' && verdict.afterMs !== undefined ? `retry after ${verdict.afterMs}` : verdict.kind

describe('an answer', () => {
  for (const [name, what, { status, body, headers }, wanted] of rows)
    test(`of ${name}: ${what} (${status}): ${wanted}`, () => {
      const { connection } = targetPresets[name] ?? assert.fail(name)
      const { fail_when, retry_when, success_when, retry_after } = connection
      const answer: Answer = {
        status,
        headers: { ...headers },
        body: body === undefined ? '' : JSON.stringify(body),
      }
      const conditions = { fail_when, retry_when, success_when, retry_after }
      assert.equal(text(judgeAnswer(answer, JSON.parse(JSON.stringify(conditions)) as object)), wanted)
    })
})
