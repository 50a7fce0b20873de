// Who sends events to an address, and how it is told: the `webhook` of a workflow, or a source that several take from.
import { z } from 'zod'
import { forms } from '../body/media-type.ts'
import { presetNames, presetOf } from '../senders/presets.ts'
import { type PresetKey, presetKeyNames, presetKeys } from '../senders/preset-keys.ts'
import { coverageOf, signsItems } from '../senders/proof.ts'
import { duration, expression, secretName } from '../text/text-kinds.ts'
import { fieldName, proofOf, secrets, verify } from './verify.ts'

const isSecretKey = (key: PresetKey): boolean => ['secret', 'verify_token', 'client_id'].includes(key)

const keys = {
  preset: z
    .enum(presetNames)
    .optional()
    .describe('A sender that Signalbox knows; `signalbox sources` lists them'),
  secret: secrets.optional(),
  tolerance: duration.optional().describe('preset: how far the signed time may be away from ours'),
  username: z.string().max(200).optional().describe('preset: the user name, where it is asked for'),
  header: fieldName
    .optional()
    .describe('preset: the header that carries the secret, where its name is yours'),
  verify_token: secretName.optional().describe('meta: secret.NAME of the verify token'),
  topic: z.string().max(300).optional().describe('sns: the ARN of the topic'),
  webhook_id: z.string().max(100).optional().describe('paypal: the id of the webhook'),
  client_id: secretName.optional().describe('plaid: secret.NAME of the client id'),
  verify: verify
    .meta({ examples: [{ scheme: 'hmac', header: 'X-Signature', secret: 'secret.ORDER_HOOK' }] })
    .optional()
    .describe('How a sender without a preset proves itself'),
  allow_unsigned: z
    .literal(true)
    .optional()
    .describe('Beside verify: none: yes, anyone who reaches the hook may send'),
  body: z
    .union([z.enum(forms).transform((one) => [one]), z.array(z.enum(forms)).min(1).max(forms.length)])
    .optional()
    .describe(
      'What the body is; default: json, or what the preset says. A list, where one Content-Type or another says which (bearer, basic, none)',
    ),
  each: expression
    .optional()
    .describe(
      'The events of a delivery that has several, like event.events: each becomes one; `id` is then read of each',
    ),
  id: expression
    .optional()
    .describe(
      'Dedupe key; default: that of the preset, else what the sender signed, else the header webhook-id or Idempotency-Key',
    ),
}

const sourceKeys = z.strictObject(keys)
export type Source = z.output<typeof sourceKeys>

function complainOf(value: Source, context: z.RefinementCtx): void {
  const complain = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message })
  if (value.preset === undefined && value.verify === undefined)
    complain('verify', 'say who sends: preset: NAME (signalbox sources lists them), or verify: { scheme: … }')
  if (value.preset !== undefined && value.verify !== undefined)
    return complain(
      'verify',
      `the preset ${value.preset} knows how its sender proves itself: leave out one of them`,
    )
  if (value.preset === undefined)
    for (const key of presetKeyNames)
      if (value[key] !== undefined) complain(key, `${key} goes beside a preset, or into verify`)
  if (value.preset !== undefined) {
    const { takes, needs } = presetKeys(presetOf(value.preset))
    for (const key of needs)
      if (value[key] === undefined)
        complain('preset', `preset ${value.preset} needs ${key}${isSecretKey(key) ? ': secret.NAME' : ''}`)
    for (const key of presetKeyNames)
      if (value[key] !== undefined && !takes.includes(key))
        complain(key, `preset ${value.preset} takes no ${key} (it takes ${takes.join(', ')})`)
  }
  if (value.preset !== undefined && signsItems(presetOf(value.preset).proof) && value.each !== undefined)
    complain('each', `preset ${value.preset} signs each of its events, so it says itself where they are`)
  if (value.allow_unsigned !== undefined && value.verify?.scheme !== 'none')
    complain('allow_unsigned', 'the sender proves itself already: this is for scheme none')
  const proof =
    value.preset === undefined ? value.verify && proofOf(value.verify) : presetOf(value.preset).proof
  if (proof && coverageOf(proof) !== 'nothing' && (value.body ?? []).length > 1)
    complain(
      'body',
      'one alone: nobody signs the Content-Type, so it must not choose how the signed bytes are read',
    )
}

export const sourceSchema = sourceKeys.superRefine(complainOf)

export const webhookSchema = z
  .strictObject({
    ...keys,
    when: expression
      .optional()
      .describe(
        'Only events for which this holds start a run, like event.type == "charge.refunded"; the others are counted',
      ),
  })
  .superRefine(complainOf)
export type Webhook = z.output<typeof webhookSchema>
