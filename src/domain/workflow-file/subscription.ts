// Who hears what happens here: a subscription of another system (signalbox.yaml), and the callback of a sender (a workflow).
import { z } from 'zod'
import { expression, fixed, key, secretName } from '../text/text-kinds.ts'
import { type HttpRequest, httpRequestSchema } from './http-request.ts'

export const announced = [
  'run.completed',
  'exception.opened',
  'exception.escalated',
  'exception.resolved',
  'digest.posted',
] as const
export type Announced = (typeof announced)[number]

/** Where a call goes, without what it says. */
const place = ({ json: _json, form: _form, multipart: _multipart, text: _text, ...rest }: HttpRequest) => rest

const call = httpRequestSchema
  .refine(({ method }) => method === undefined || method === 'POST' || method === 'PUT', {
    error: 'an announcement is sent by POST or PUT',
    path: ['method'],
  })
  .refine((http) => fixed(JSON.stringify(place(http))), {
    error: 'only ${vars.…} and ${secret.…} stand here: an announcement goes where the file says',
  })
  .meta({ examples: [{ url: 'https://warehouse.example/hooks', sign: '${secret.WAREHOUSE}' }] })

export const subscriptionSchema = z.strictObject({
  events: z
    .array(z.enum(announced))
    .min(1, 'name at least one event')
    .meta({ examples: [['run.completed']] }),
  workflows: z.array(key).min(1).optional().describe('Only of these; without it, of all'),
  http: call.describe(
    'Where it is sent. The body is the announcement, as JSON, unless it says another; event is the announcement there',
  ),
})
export type Subscription = z.output<typeof subscriptionSchema>

/** A host by its name, or all below one: `*.shop.example`. Called by https, unless http:// stands before it. */
const host = z
  .string()
  .regex(
    /^(http:\/\/)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/,
    'write a host like api.shop.example, or *.shop.example',
  )
  .meta({ examples: ['api.shop.example'] })

export const callbackSchema = z.strictObject({
  url: expression
    .meta({ examples: ['event.callback_url'] })
    .describe('CEL over the event: the address that its sender wants to be called at, if any'),
  hosts: z.array(host).min(1, 'name the hosts that may be called').max(50),
  secret: secretName.describe('secret.NAME (whsec_…): the call is signed with it, by Standard Webhooks'),
})
export type Callback = z.output<typeof callbackSchema>
