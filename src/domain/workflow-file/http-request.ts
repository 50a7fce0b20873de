// What a call to another system says, for actions and lookups. What all calls through one connection share: connection.ts.
import { z } from 'zod'
import { dataParts } from '../call/http-call.ts'
import { duration, expression, key, template } from '../text/text-kinds.ts'
import { authSchema, HOST_IS_SAID, isHost } from './http-auth.ts'

const bodies = dataParts.filter((part) => part !== 'query')

const where = z.string().min(1, 'write a name').max(200)
const form = z.enum(['key', 'uuid', 'short']).default('key').describe('uuid, or 24 characters (short)')
const idempotency = z
  .union([
    z.literal('none'),
    z.strictObject({ header: where.refine((name) => !isHost(name), HOST_IS_SAID), as: form }),
    z.strictObject({ query: where, as: form }),
    z.strictObject({ form: where, as: form }),
    z.strictObject({ json: where.meta({ examples: ['dedup_key'] }), as: form }),
  ])
  .describe('Where the idempotency key of a step stands; default: the header Idempotency-Key')

const condition = expression.meta({
  description: 'CEL over answer.status, answer.headers and answer.body',
  examples: ['answer.status == 409'],
})

export const data = z.record(z.string(), z.json())

const headerTexts = z.record(z.string(), template).superRefine((all, context) => {
  for (const name of Object.keys(all).filter(isHost))
    context.addIssue({ code: 'custom', message: HOST_IS_SAID, path: [name] })
})

/** What a call may say of itself, and a connection for all its calls. */
export const sharedCallKeys = {
  query: data.optional().describe('Parameters of the address, encoded; a list repeats its name'),
  headers: headerTexts.optional(),
  auth: authSchema.optional(),
  idempotency: idempotency.optional(),
  success_when: condition
    .optional()
    .describe('An answer that is a success; default: any status from 200 to 299'),
  retry_when: condition.optional().describe('An answer worth another try, whatever its status'),
  fail_when: condition.optional().describe('An answer that refuses for good, whatever its status'),
  retry_after: expression
    .meta({ examples: ['answer.body.retry_after'] })
    .optional()
    .describe('CEL: the seconds to wait, where the answer says them outside its headers'),
  form_lists: z
    .enum(['indexed', 'repeated'])
    .optional()
    .describe('How form names the elements of a list: a[0]=, or a= again and again; default: indexed'),
  timeout: duration.optional(),
  sign: template
    .refine((text) => /\$\{\s*secret\./.test(text), 'write sign: "${secret.NAME}"')
    .optional()
    .describe('Sign with Standard Webhooks: "${secret.NAME}"'),
}

const file = z.strictObject({
  filename: template.min(1).meta({ examples: ['note.txt'] }),
  type: template.optional().describe('Default: text/plain; charset=utf-8'),
  text: template,
})

export const isAuthorization = (name: string): boolean => name.toLowerCase() === 'authorization'
export const authTwice = {
  error: 'auth says who sends it: leave the header Authorization out, or write it without auth',
  path: ['headers'],
}
export const saysAuthTwice = ({
  auth,
  headers = {},
}: {
  auth?: unknown
  headers?: Record<string, string> | undefined
}) => auth !== undefined && Object.keys(headers).some(isAuthorization)

export const httpRequestSchema = z
  .strictObject({
    method: z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .optional()
      .describe('Default: POST for an action, GET for a lookup'),
    url: template
      .min(1, 'write the address')
      .optional()
      .meta({ examples: ['${vars.shop}/refunds'] }),
    connection: key.optional().describe('A connection of signalbox.yaml, in place of url'),
    path: template
      .regex(/^\//, 'a path begins with /')
      .optional()
      .describe('Behind the address of the connection')
      .meta({ examples: ['/v1/refunds'] }),
    json: z.json().optional().describe('JSON; each text in it may hold ${…}'),
    form: data.optional().describe('A form; what is nested is named with brackets: a[b]=1'),
    multipart: z
      .record(z.string(), z.union([template, file]))
      .optional()
      .describe('Fields, and files of text'),
    text: template.optional().describe('Plain text'),
    ...sharedCallKeys,
  })
  .superRefine((request, context) => {
    const issue = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path })
    if ((request.url === undefined) === (request.connection === undefined))
      issue('say either url, or connection with a path')
    if (request.path !== undefined && request.url !== undefined)
      issue('a path stands behind a connection: write it into the url', 'path')
    const said = bodies.filter((name) => request[name] !== undefined)
    if (said[1] !== undefined) issue(`a call sends one of ${bodies.join(', ')}`, said[1])
  })
  .refine((request) => !saysAuthTwice(request), authTwice)

export type HttpRequest = z.output<typeof httpRequestSchema>
