// How a workflow begins: a webhook, /workflow run, or a schedule.
import { z } from 'zod'
import { type Form, forms } from '../body/media-type.ts'
import { readBeyond } from '../cel/request-reads.ts'
import { parseQuietly } from '../cel/template-parts.ts'
import { duration, expression, secretName } from '../text/text-kinds.ts'

const verifySchemes = [
  'standard-webhooks',
  'github',
  'shopify',
  'stripe',
  'hmac',
  'basic',
  'bearer',
  'none',
] as const

/** What each scheme reads; anything else beside it would be passed over without a word. */
const keysOf: Record<(typeof verifySchemes)[number], string[]> = {
  'standard-webhooks': ['secret', 'tolerance'],
  github: ['secret'],
  shopify: ['secret'],
  stripe: ['secret', 'tolerance'],
  hmac: ['secret', 'header', 'algorithm', 'encoding', 'prefix', 'timestamp', 'tolerance'],
  basic: ['username', 'secret'],
  bearer: ['secret', 'header'],
  none: [],
}

const secrets = z.union([secretName.transform((one) => [one]), z.array(secretName).min(1).max(5)])

const verify = z
  .strictObject({
    scheme: z.enum(verifySchemes),
    secret: secrets.optional().describe('secret.NAME, or a list while one is being replaced'),
    header: z.string().optional().describe('hmac, bearer: the header that carries it'),
    algorithm: z.enum(['sha256', 'sha512', 'sha1']).optional(),
    encoding: z.enum(['hex', 'base64']).optional(),
    prefix: z.string().max(40).optional().describe('hmac: what stands before the signature, like "sha256="'),
    timestamp: z.string().optional().describe('hmac: the header with the time that is signed too'),
    username: z.string().optional().describe('basic: the user name'),
    tolerance: duration.optional().describe('How far the signed time may be away from ours'),
  })
  .superRefine((value, context) => {
    if (value.scheme !== 'none' && value.secret === undefined)
      context.addIssue({
        code: 'custom',
        path: ['scheme'],
        message: `scheme ${value.scheme} needs secret: secret.NAME`,
      })
    if (value.scheme === 'none' && value.secret !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['secret'],
        message: 'scheme none checks nothing, so it takes no secret',
      })
    const keys = keysOf[value.scheme]
    for (const key of Object.keys(value))
      if (key !== 'scheme' && key !== 'secret' && !keys.includes(key))
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `scheme ${value.scheme} takes no ${key} (it takes ${keys.join(', ') || 'nothing'})`,
        })
    if (value.scheme === 'hmac' && value.tolerance !== undefined && value.timestamp === undefined)
      context.addIssue({
        code: 'custom',
        path: ['tolerance'],
        message: 'it is about a signed time: add timestamp, the name of the header that has it',
      })
    if (value.scheme === 'hmac' && value.header === undefined)
      context.addIssue({
        code: 'custom',
        path: ['scheme'],
        message: 'scheme hmac needs header: the name of the header with the signature',
      })
    if (value.scheme === 'basic' && value.username === undefined)
      context.addIssue({ code: 'custom', path: ['scheme'], message: 'scheme basic needs username' })
  })

/** Whether the sender's proof is about the bytes of the body; bearer and basic tell who it is and no more. */
export const signsBytes = ({ scheme }: { scheme: (typeof verifySchemes)[number] }): boolean =>
  scheme !== 'none' && scheme !== 'basic' && scheme !== 'bearer'

export const triggerSchema = z
  .strictObject({
    webhook: z
      .strictObject({
        verify: verify
          .meta({ examples: [{ scheme: 'standard-webhooks', secret: 'secret.ORDER_HOOK' }] })
          .describe('How the sender proves itself'),
        allow_unsigned: z
          .literal(true)
          .optional()
          .describe('Beside verify: none: yes, anyone who reaches the hook may send'),
        body: z
          .union([z.enum(forms).transform((one) => [one]), z.array(z.enum(forms)).min(1).max(forms.length)])
          .optional()
          .describe(
            'What the body is; default: json. A list, where one Content-Type or another says which (bearer, basic, none)',
          ),
        id: expression
          .optional()
          .describe(
            'Dedupe key; default: what the sender signed, else the header webhook-id or Idempotency-Key',
          ),
      })
      .refine((webhook) => webhook.allow_unsigned === undefined || webhook.verify.scheme === 'none', {
        path: ['allow_unsigned'],
        error: 'the sender proves itself already: this is for scheme none',
      })
      .refine((webhook) => !signsBytes(webhook.verify) || (webhook.body ?? []).length <= 1, {
        path: ['body'],
        error:
          'one alone: nobody signs the Content-Type, so it must not choose how the signed bytes are read',
      })
      .optional(),
    command: z
      .strictObject({ hint: z.string().max(200).optional() })
      .optional()
      .describe('/workflow run <workflow> key=value …'),
    schedule: z
      .strictObject({
        cron: z.string().meta({ examples: ['0 7 * * 1-5'] }),
        timezone: z.string().default('UTC'),
      })
      .optional(),
  })
  .refine((trigger) => Object.keys(trigger).length > 0, 'a workflow needs a webhook, a command or a schedule')
  .meta({ examples: [{ webhook: { verify: { scheme: 'none' } } }] })

export type Trigger = z.output<typeof triggerSchema>
export type Webhook = NonNullable<Trigger['webhook']>
export type Verify = Webhook['verify']

/** The forms of body that a workflow takes. Its file says so, and not who sends. */
export const formsOf = ({ body }: { body?: Form[] | undefined }): readonly Form[] => body ?? ['json']

/** Whether anyone may send: with the author's word (`allow_unsigned`), or without. */
export const unsignedBy = ({ webhook }: Trigger): 'allowed' | 'unsaid' | undefined =>
  webhook?.verify.scheme === 'none' ? (webhook.allow_unsigned ? 'allowed' : 'unsaid') : undefined

/** Headers that the scheme signs along with the body. */
const signedHeadersOf = ({ scheme, timestamp }: Verify): readonly string[] => {
  if (scheme === 'standard-webhooks') return ['webhook-id', 'webhook-timestamp']
  return scheme === 'hmac' && timestamp !== undefined ? [timestamp.toLowerCase()] : []
}

/** What the `id` of a webhook reads that nobody signed, though its sender signs the body; undefined: nothing. */
export function unsignedInId({ verify: how, id }: Webhook): string | undefined {
  const tree = id === undefined || !signsBytes(how) ? undefined : parseQuietly(id)
  return tree && readBeyond(tree, signedHeadersOf(how))
}

/**
 * Headers that may name an event where the file has no `id`: those that the scheme signs, or any where it signs none.
 * A header that nobody signed would make one recorded request as many events as there are texts to put into it.
 */
export const keyHeadersOf = (how: Verify | undefined): readonly string[] => {
  switch (how?.scheme) {
    case 'standard-webhooks':
      return ['webhook-id']
    case 'github':
    case 'shopify':
    case 'stripe':
    case 'hmac':
      return []
    default:
      return ['webhook-id', 'idempotency-key']
  }
}
