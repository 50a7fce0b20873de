// How a workflow begins: a webhook, a source, /workflow run, or a schedule.
import { z } from 'zod'
import { expression, key } from '../text/text-kinds.ts'
import { webhookSchema } from './webhook.ts'

export const triggerSchema = z
  .strictObject({
    webhook: webhookSchema.optional().describe('A sender with an address for this workflow alone'),
    source: key
      .meta({ examples: ['stripe-eu'] })
      .optional()
      .describe('A source of signalbox.yaml, from which other workflows may take too'),
    when: expression
      .meta({ examples: ['event.type == "charge.refunded"'] })
      .optional()
      .describe('source: only events for which this holds start a run; the others are counted'),
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
  .refine(
    (trigger) => Object.keys(trigger).length > 0,
    'a workflow needs a webhook, a source, a command or a schedule',
  )
  .refine(({ webhook, source }) => webhook === undefined || source === undefined, {
    error: 'a workflow takes from a webhook of its own or from a source: leave out one of them',
    path: ['source'],
  })
  .refine(({ when, source }) => when === undefined || source !== undefined, {
    error: 'when goes beside source; the one of a webhook goes into it',
    path: ['when'],
  })
  .meta({ examples: [{ webhook: { verify: { scheme: 'none' } } }] })

export type Trigger = z.output<typeof triggerSchema>

/** Which events the workflow wants, and where its file says so. */
export const filterOf = ({ webhook, when }: Trigger): { when: string; pointer: string[] } | undefined =>
  webhook?.when !== undefined
    ? { when: webhook.when, pointer: ['trigger', 'webhook', 'when'] }
    : when === undefined
      ? undefined
      : { when, pointer: ['trigger', 'when'] }
