// What a route does: who owns it, who must approve, which actions run, and how it ends.
import { z } from 'zod'
import { outcomes } from '../exceptions/outcome.ts'
import { reasons } from '../exceptions/reasons.ts'
import { cardSchema } from './card.ts'
import { httpRequestSchema } from './http-request.ts'
import { choicesSchema } from './choice.ts'
import { duration, expression, key, label, name, owners, template } from '../text/text-kinds.ts'

const one = ['http', 'slack', 'email', 'emit'] as const
const actionSchema = z
  .strictObject({
    action: label.meta({ examples: ['tell'] }).describe('What people call this step'),
    when: expression.optional().describe('Only when this holds'),
    as: name
      .optional()
      .meta({ examples: ['created'] })
      .describe('Keeps the answer of http: later actions read actions.<name>.status, .headers and .body'),
    http: httpRequestSchema.optional(),
    slack: z
      .strictObject({
        channel: template.meta({ examples: ['#customer-care'] }),
        text: template.min(1).meta({ examples: ['Order ${record.order_id} came late'] }),
      })
      .optional(),
    email: z.strictObject({ to: template, subject: template, text: template }).optional(),
    emit: z
      .strictObject({ workflow: key, event: z.record(z.string(), z.json()) })
      .optional()
      .describe('Start another workflow with this event'),
    retry: z
      .strictObject({
        attempts: z.int().min(1).max(50).default(5),
        first: duration.default('5s'),
        most: duration.default('10m'),
      })
      .optional(),
  })
  .refine((action) => one.filter((kind) => action[kind] !== undefined).length === 1, {
    message: `an action does exactly one of ${one.join(', ')}`,
  })
  .refine((action) => action.as === undefined || action.http !== undefined, {
    message: 'only an http action has an answer to keep',
    path: ['as'],
  })

export const slaSchema = z.strictObject({
  respond: duration,
  calendar: key.optional().describe('A calendar of signalbox.yaml; without one, time runs day and night'),
  escalate: z.array(z.strictObject({ after: duration, to: owners })).default([]),
})

/** Where a run goes without its route, or how it ends. */
const instead = {
  route: key.optional().describe('The run goes on there'),
  outcome: z.enum(outcomes).optional().describe('The run ends'),
}
const isOne = ({ route, outcome }: { route?: string | undefined; outcome?: string | undefined }): boolean =>
  (route === undefined) !== (outcome === undefined)
const ONE = { message: 'say either a route or an outcome' }

export const routeSchema = z
  .strictObject({
    title: label.optional(),
    card: cardSchema.optional(),
    owner: owners.optional().describe('Default: the owner of the workflow'),
    review: z
      .strictObject({
        by: owners,
        card: cardSchema.optional(),
        when: expression.default('true'),
        approvals: z.int().min(1).max(10).default(1),
        self: z
          .boolean()
          .default(false)
          .describe(
            'Whether who started the run may approve it. An approver who corrects a field or edits an input may approve what they wrote; approvals: 2 asks a second person',
          ),
        except: z
          .array(
            z
              .string()
              .trim()
              .min(1)
              .max(300)
              .meta({ examples: ['refund.json.requested_at'] }),
          )
          .max(20)
          .default([])
          .describe('What the approval does not cover: texts that only carry a moment, as <action>.<path>'),
      })
      .optional()
      .describe('A person approves before the actions run'),
    declined: z
      .strictObject(instead)
      .refine(isOne, ONE)
      .meta({ examples: [{ route: 'tell-them' }] })
      .optional()
      .describe('What happens when an approver declines; default: outcome: declined'),
    timeout: z
      .strictObject({ after: duration, ...instead })
      .refine(isOne, ONE)
      .meta({ examples: [{ after: '3d', route: 'remind' }] })
      .optional()
      .describe('What happens when nobody has approved, declined or decided for so long'),
    actions: z.array(actionSchema).max(20).default([]),
    outcome: z.enum(outcomes).optional(),
    exception: z
      .strictObject({
        reason: z.enum(reasons),
        text: template.optional(),
        card: cardSchema.optional(),
        choices: choicesSchema
          .optional()
          .describe('What the person may choose; without it, to mark it done or to dismiss it'),
      })
      .optional()
      .describe('Hand it to a person'),
    sla: slaSchema.optional().describe('Overrides the SLA of the workflow'),
  })
  .superRefine((route, context) => {
    if (route.outcome === undefined && route.exception === undefined)
      context.addIssue({
        code: 'custom',
        message: 'say how it ends: outcome: achieved, or exception: { reason: … }',
      })
    if (route.declined !== undefined && route.review === undefined)
      context.addIssue({
        code: 'custom',
        path: ['declined'],
        message: 'only what is reviewed can be declined: add a review, or remove this',
      })
    if (route.timeout !== undefined && route.review === undefined && route.exception === undefined)
      context.addIssue({
        code: 'custom',
        path: ['timeout'],
        message: 'nobody is asked on this route: add a review or an exception, or remove this',
      })
    if (route.outcome !== undefined && route.exception !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['exception'],
        message: 'a route ends in an outcome or in an exception, not both',
      })
  })

export type Route = z.output<typeof routeSchema>
export type Review = NonNullable<Route['review']>
export type Action = Route['actions'][number]
export type Sla = z.output<typeof slaSchema>
