// Another system, named once in signalbox.yaml: where it is and what all calls to it share; written out, or by a preset.
import { z } from 'zod'
import { asConnection, inputKeys, presetFaults, presetNames } from '../target-presets/expand.ts'
import { fixed, template } from '../text/text-kinds.ts'
import { authTwice, data, type HttpRequest, saysAuthTwice, sharedCallKeys } from './http-request.ts'

const isFixed = (value: unknown): boolean =>
  typeof value === 'string'
    ? fixed(value)
    : typeof value !== 'object' || value === null || Object.values(value).every(isFixed)
const FIXED =
  'only ${vars.…} and ${secret.…} stand in a connection; what a record brings belongs to the action'

const url = template
  .regex(/^(https?:\/\/|\$\{)/, 'write the address, like https://api.example.com')
  .refine((text) => !/[?#]/.test(text), 'only scheme, host and path: parameters belong to query')
  .meta({ examples: ['https://api.example.com'] })

const keys = {
  ...sharedCallKeys,
  limits: z
    .strictObject({
      at_once: z
        .int()
        .min(1)
        .max(64)
        .optional()
        .describe('Calls running at once, in one process; default: 8'),
    })
    .optional(),
  test: z
    .strictObject({
      method: z.enum(['GET', 'POST']).default('GET'),
      path: template.regex(/^(\/|$)/, 'a path begins with /').default(''),
      json: z.json().optional(),
      query: data.optional(),
      proves: z
        .enum(['auth', 'nothing'])
        .default('auth')
        .describe('nothing: an answer shows that it can be reached, and does not depend on who asks'),
      accepted_when: sharedCallKeys.success_when.describe(
        'CEL: who sends it was accepted; default: any status from 200 to 299',
      ),
    })
    .optional()
    .describe('A harmless call, for signalbox connection test'),
}

/** One key for all calls: the vendor would take every call after the first for a repeat of it. */
const fixesKey = ({ headers = {}, idempotency }: Pick<HttpRequest, 'headers' | 'idempotency'>): boolean => {
  const own = typeof idempotency === 'object' && 'header' in idempotency ? [idempotency.header] : []
  const names = ['idempotency-key', 'webhook-id', ...own.map((name) => name.toLowerCase())]
  return Object.keys(headers).some((name) => names.includes(name.toLowerCase()))
}

const plainSchema = z
  .strictObject({ url, ...keys })
  .refine((connection) => isFixed(connection.url), { error: FIXED, path: ['url'] })
  .refine(({ headers }) => isFixed(headers), { error: FIXED, path: ['headers'] })
  .refine(({ query }) => isFixed(query), { error: FIXED, path: ['query'] })
  .refine(({ test }) => isFixed(test), { error: FIXED, path: ['test'] })
  .refine((connection) => !saysAuthTwice(connection), authTwice)
  .refine((connection) => !fixesKey(connection), {
    error: 'the idempotency key differs from step to step: leave it out of a connection',
    path: ['headers'],
  })

/** As it is written out in a file. */
export type PlainConnection = z.input<typeof plainSchema>

/**
 * A preset is put in where a file is read, so that a published version goes on meaning what it did when a later release knows
 * more of a vendor.
 */
export const connectionSchema = z
  .strictObject({
    preset: z.enum(presetNames).optional().describe('What is known of a vendor; your own keys count first'),
    url: url.optional(),
    ...inputKeys,
    ...keys,
  })
  .superRefine((written, context) => {
    for (const { path, message } of presetFaults(written))
      context.addIssue({ code: 'custom', path: [...path], message })
  })
  .transform(asConnection)
  .pipe(plainSchema)

export type Connection = z.output<typeof connectionSchema>
