// What each vendor of the recipes takes, and how it refuses: auth, encoding, idempotency, shapes of errors, rate limits, as far as
// we know them without having tried the vendor. docs/connection-presets.md says what is not confirmed.
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { basic, formOf, type Got, jsonOf, type Reply, type Vendor } from './stand-in.ts'

const google = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`

/** The right secrets; `base`: where the stand-ins are. */
export const secretsFor = (base: string): Record<string, string> => ({
  ORDER_HOOK: `whsec_${Buffer.from('the recipes of the test').toString('base64')}`,
  STRIPE_KEY: 'sk_test_hush',
  ZENDESK_TOKEN: 'zendesk-hush',
  HUBSPOT_TOKEN: 'pat-eu1-hush',
  JIRA_TOKEN: 'jira-hush',
  LINEAR_KEY: 'lin_api_hush',
  GOOGLE_KEY: google.privateKey.replaceAll('\n', '\\n'),
  PAGERDUTY_KEY: 'r0uting0key0of0thirty0two0chars0',
  TEAMS_WEBHOOK: `${base}/prod-12.logic.azure.com/workflows/abc/triggers/manual/paths/invoke?api-version=2016-06-01&sig=hush`,
  DISCORD_TOKEN: 'discord.hush',
  TWILIO_ACCOUNT: ACCOUNT,
  TWILIO_TOKEN: 'twilio-hush',
})

const stripeFault = (status: number, error: object): Reply => ({ status, body: { error } })
const stripe: Vendor = {
  knows: ({ headers }) => headers.authorization === basic('sk_test_hush', ''),
  unknown: stripeFault(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' }),
  limited: {
    status: 429,
    headers: { 'stripe-should-retry': 'true' },
    body: { error: { type: 'invalid_request_error', code: 'rate_limit' } },
  },
  answer(got, made) {
    const form = formOf(got)
    if (got.method !== 'POST' || got.path !== '/v1/refunds' || !form)
      return stripeFault(404, { type: 'invalid_request_error', message: 'Unrecognized request URL' })
    const known = ['charge', 'amount', 'reason', 'metadata[order]']
    const param = Object.keys(form).find((name) => !known.includes(name))
    if (param !== undefined || !/^\d+$/.test(form['amount'] ?? ''))
      return stripeFault(400, { type: 'invalid_request_error', code: 'parameter_unknown', param })
    const key = got.headers['idempotency-key']
    if (key === undefined) return stripeFault(400, { type: 'idempotency_error', message: 'no key' })
    const before = (made as { key: string; text: string; id: string }[]).find((one) => one.key === key)
    if (before && before.text !== got.text)
      return stripeFault(400, { type: 'idempotency_error', message: 'Keys for idempotent requests …' })
    const id = before?.id ?? `re_${made.length + 1}`
    if (!before) made.push({ key, text: got.text, id })
    return { status: 200, body: { id, object: 'refund', status: 'succeeded' } }
  },
}

/** Of the ticket 35436. */
export const zendeskTags: string[] = ['vip']
const zendesk: Vendor = {
  knows: ({ headers }) => headers.authorization === basic('ops@mabel.example/token', 'zendesk-hush'),
  unknown: { status: 401, body: { error: "Couldn't authenticate you" } },
  limited: { status: 429, headers: { 'retry-after': '17' }, body: {} },
  answer(got, made) {
    const invalid = { status: 422, body: { error: 'RecordInvalid', description: 'Record validation errors' } }
    if (got.path === '/api/v2/tickets/35436/tags.json') {
      if (got.method === 'GET') return { status: 200, body: { tags: zendeskTags } }
      const tags = (jsonOf(got) as { tags?: unknown } | undefined)?.tags
      if (got.method !== 'PUT' || !Array.isArray(tags)) return invalid
      zendeskTags.push(...tags.map(String))
      return { status: 200, body: { tags: zendeskTags } }
    }
    const comment = (
      jsonOf(got) as { ticket?: { comment?: { body?: string; public?: boolean } } } | undefined
    )?.ticket?.comment
    if (got.method !== 'PUT' || got.path !== '/api/v2/tickets/35436.json')
      return { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } }
    if (typeof comment?.body !== 'string' || comment.public !== false) return invalid
    made.push(comment)
    return { status: 200, body: { ticket: { id: 35436 } } }
  },
}

const hubspot: Vendor = {
  knows: ({ headers }) => headers.authorization === 'Bearer pat-eu1-hush',
  unknown: { status: 401, body: { status: 'error', category: 'INVALID_AUTHENTICATION' } },
  limited: { status: 429, body: { status: 'error', policyName: 'TEN_SECONDLY_ROLLING' } },
  answer(got, made) {
    const properties = (jsonOf(got) as { properties?: Record<string, unknown> } | undefined)?.properties
    if (got.method !== 'PATCH' || got.path !== '/crm/v3/objects/deals/9183')
      return { status: 404, body: { status: 'error', category: 'OBJECT_NOT_FOUND' } }
    if (!['contractsent', 'closedwon', 'closedlost'].includes(String(properties?.['dealstage'])))
      return { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: 'x' } }
    made.splice(0, 1, properties)
    return { status: 200, body: { id: '9183', properties } }
  },
}

const jiraFault = (status: number, errors: object): Reply => ({ status, body: { errorMessages: [], errors } })
interface JiraFields {
  labels?: string[]
  summary?: string
  project?: { key?: string }
  description?: { type?: string; version?: number }
}
const jira: Vendor = {
  knows: ({ headers }) => headers.authorization === basic('ops@mabel.example', 'jira-hush'),
  unknown: {
    status: 401,
    body: { errorMessages: ['Client must be authenticated to access this resource.'] },
  },
  limited: { status: 429, headers: { 'retry-after': '25' } },
  answer(got, made) {
    const issues = made as { key: string; fields: JiraFields }[]
    if (got.method === 'GET' && got.path === '/rest/api/3/search/jql') {
      const label = /^labels = "([\w-]+)"$/.exec(got.query.get('jql') ?? '')?.[1]
      if (label === undefined) return jiraFault(400, { jql: 'Error in the JQL Query' })
      const found = issues.filter(({ fields }) => fields.labels?.includes(label))
      return { status: 200, body: { issues: found.map(({ key }) => ({ key })), isLast: true } }
    }
    const fields = (jsonOf(got) as { fields?: JiraFields } | undefined)?.fields
    if (got.method !== 'POST' || got.path !== '/rest/api/3/issue' || !fields) return jiraFault(404, {})
    if (fields.project?.key !== 'OPS') return jiraFault(400, { project: 'valid project is required' })
    if (fields.description?.type !== 'doc' || fields.description.version !== 1)
      return jiraFault(400, { description: 'Operation value must be an Atlassian Document' })
    const key = `OPS-${issues.length + 1}`
    made.push({ key, fields })
    return { status: 201, body: { id: '10001', key } }
  },
}

const graphqlFault = (status: number, code: string, message: string): Reply => ({
  status,
  body: { errors: [{ message, extensions: { code } }] },
})
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const linear: Vendor = {
  // Without Bearer.
  knows: ({ headers }) => headers.authorization === 'lin_api_hush',
  unknown: graphqlFault(401, 'AUTHENTICATION_ERROR', 'Authentication required'),
  limited: graphqlFault(400, 'RATELIMITED', 'Rate limit exceeded'),
  answer(got, made) {
    const body = jsonOf(got) as
      { query?: string; variables?: { input?: Record<string, unknown> } } | undefined
    const input = body?.variables?.input
    if (got.path !== '/graphql' || !input || body?.query?.includes('issueCreate(input: $input)') !== true)
      return graphqlFault(400, 'GRAPHQL_VALIDATION_FAILED', 'x')
    if (typeof input['id'] !== 'string' || !UUID.test(input['id']))
      return graphqlFault(200, 'INVALID_INPUT', 'id must be a UUID')
    if (made.some((one) => (one as { id: unknown }).id === input['id']))
      return graphqlFault(200, 'INVALID_INPUT', 'Entity already exists')
    made.push(input)
    const issue = { id: input['id'], identifier: `OPS-${made.length}`, url: 'https://linear.app/x' }
    return { status: 200, body: { data: { issueCreate: { success: true, issue } } } }
  },
}

const googleFault = (code: number, status: string): Reply => ({
  status: code,
  body: { error: { code, status } },
})
const readPart = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>

/** Whether the statement is one that Google would take: by the key, for the address, of the account, for an hour at most. */
function isStatement({ text }: Got, tokenUrl: string): boolean {
  const form = new URLSearchParams(text)
  const [head, claims, signature = ''] = (form.get('assertion') ?? '').split('.')
  const signed = Buffer.from(`${head}.${claims}`)
  const { iss, aud, scope, iat, exp } = readPart(claims)
  return (
    form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
    readPart(head)['alg'] === 'RS256' &&
    verify('sha256', signed, createPublicKey(google.publicKey), Buffer.from(signature, 'base64url')) &&
    iss === 'signalbox@mabel.iam.gserviceaccount.com' &&
    aud === tokenUrl &&
    scope === 'https://www.googleapis.com/auth/spreadsheets' &&
    Number(exp) - Number(iat) <= 3600
  )
}
const googleToken: Vendor = {
  knows: (got, base) => isStatement(got, `${base}/oauth2.googleapis.com/token`),
  unknown: { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } },
  answer: () => ({
    status: 200,
    body: { access_token: 'ya29.hush', expires_in: 3599, token_type: 'Bearer' },
  }),
}
const sheets: Vendor = {
  knows: ({ headers }) => headers.authorization === 'Bearer ya29.hush',
  unknown: googleFault(401, 'UNAUTHENTICATED'),
  limited: googleFault(429, 'RESOURCE_EXHAUSTED'),
  answer(got, made) {
    const values = (jsonOf(got) as { values?: unknown[][] } | undefined)?.values
    const range = /^\/v4\/spreadsheets\/1hC7mQ0hLk2nVw3xYz\/values\/(Orders!A(\d+):C\2)$/.exec(got.path)?.[1]
    if (got.method !== 'PUT' || range === undefined) return googleFault(404, 'NOT_FOUND')
    if (got.query.get('valueInputOption') !== 'RAW' || values?.length !== 1 || values[0]?.length !== 3)
      return googleFault(400, 'INVALID_ARGUMENT')
    made.splice(0, 1, values[0])
    return { status: 200, body: { updatedRange: range, updatedRows: 1 } }
  },
}

const pagerduty: Vendor = {
  knows: (got) =>
    (jsonOf(got) as { routing_key?: string } | undefined)?.routing_key === 'r0uting0key0of0thirty0two0chars0',
  unknown: { status: 400, body: { status: 'invalid event', errors: ['Invalid routing key'] } },
  limited: { status: 429, body: {} },
  answer(got, made) {
    const event = jsonOf(got) as
      { event_action?: string; dedup_key?: string; payload?: Record<string, unknown> } | undefined
    const { payload = {}, dedup_key = '' } = event ?? {}
    const isWhole =
      got.path === '/v2/enqueue' &&
      event?.event_action === 'trigger' &&
      dedup_key.length > 0 &&
      dedup_key.length <= 255 &&
      typeof payload['summary'] === 'string' &&
      typeof payload['source'] === 'string' &&
      ['critical', 'error', 'warning', 'info'].includes(String(payload['severity']))
    if (!isWhole) return { status: 400, body: { status: 'invalid event', errors: ['x'] } }
    // Joins the alert that is open.
    if (!made.includes(dedup_key)) made.push(dedup_key)
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key } }
  },
}

const teams: Vendor = {
  knows: ({ query }) => query.get('sig') === 'hush' && query.get('api-version') === '2016-06-01',
  unknown: { status: 401, body: { error: { code: 'DirectApiAuthorizationRequired' } } },
  limited: { status: 429, headers: { 'retry-after': '12' } },
  answer(got, made) {
    const body = jsonOf(got) as
      | {
          type?: string
          attachments?: { contentType?: string; content?: { type?: string } }[]
        }
      | undefined
    const card = body?.attachments?.[0]
    const isCard =
      body?.type === 'message' &&
      card?.contentType === 'application/vnd.microsoft.card.adaptive' &&
      card.content?.type === 'AdaptiveCard'
    if (!isCard) return { status: 400, body: { error: { code: 'TriggerInputSchemaMismatch' } } }
    made.push(card)
    return { status: 202 }
  },
}

const discord: Vendor = {
  knows: ({ headers }) => headers.authorization === 'Bot discord.hush',
  unknown: { status: 401, body: { message: '401: Unauthorized', code: 0 } },
  limited: {
    status: 429,
    headers: { 'x-ratelimit-bucket': 'b', 'x-ratelimit-reset-after': '0.35' },
    body: { message: 'You are being rate limited.', retry_after: 0.35, global: false },
  },
  answer(got, made) {
    const body = jsonOf(got) as { content?: string; nonce?: unknown; enforce_nonce?: boolean } | undefined
    if (got.method !== 'POST' || got.path !== '/api/v10/channels/1198765432109876543/messages')
      return { status: 404, body: { message: 'Unknown Channel', code: 10003 } }
    const { content = '', nonce } = body ?? {}
    if (content === '' || content.length > 2000 || typeof nonce !== 'string' || nonce.length > 25)
      return { status: 400, body: { message: 'Invalid Form Body', code: 50035, errors: {} } }
    if (body?.enforce_nonce !== true || !made.includes(nonce)) made.push(nonce)
    return { status: 200, body: { id: `${1199000000000000000n + BigInt(made.indexOf(nonce))}`, content } }
  },
}

const twilioFault = (status: number, code: number): Reply => ({
  status,
  body: { code, message: 'x', more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})
const twilio: Vendor = {
  knows: ({ headers }) => headers.authorization === basic(ACCOUNT, 'twilio-hush'),
  unknown: twilioFault(401, 20003),
  limited: twilioFault(429, 20429),
  answer(got, made) {
    const form = formOf(got)
    if (got.method !== 'POST' || got.path !== `/2010-04-01/Accounts/${ACCOUNT}/Messages.json` || !form)
      return twilioFault(404, 20404)
    if (Object.keys(form).toSorted().join() !== 'Body,From,To') return twilioFault(400, 21602)
    if (!/^\+[1-9]\d{6,14}$/.test(form['To'] ?? '')) return twilioFault(400, 21211)
    made.push(form)
    return { status: 201, body: { sid: `SM${made.length}`, status: 'queued' } }
  },
}

export const vendors: Record<string, Vendor> = {
  'api.stripe.com': stripe,
  'mabel.zendesk.com': zendesk,
  'api.hubapi.com': hubspot,
  'mabel.atlassian.net': jira,
  'api.linear.app': linear,
  'oauth2.googleapis.com': googleToken,
  'sheets.googleapis.com': sheets,
  'events.pagerduty.com': pagerduty,
  'prod-12.logic.azure.com': teams,
  'discord.com': discord,
  'api.twilio.com': twilio,
}
