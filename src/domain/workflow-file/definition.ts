// One workflow file as a value: what a version stores. JSON only, in one normal form (`owner`, `by` and `to`
// are lists, defaults are filled in), so that the same content is always the same value.
import { z } from 'zod'
import { accessSchema } from './access.ts'
import { cardSchema } from './card.ts'
import { enrichSchema } from './enrich.ts'
import { fieldSchema } from '../fields/field.ts'
import { routeSchema, slaSchema } from './route.ts'
import { callbackSchema } from './subscription.ts'
import { channel, duration, expression, key, label, name, owners } from '../text/text-kinds.ts'
import { testSchema } from './workflow-test.ts'
import { triggerSchema } from './trigger.ts'

const ruleSchema = z
  .strictObject({
    rule: label.meta({ examples: ['large order'] }).describe('What people call the rule'),
    when: expression.describe('CEL over the record; the first rule that holds wins'),
    route: key.meta({ examples: ['refund'] }).describe('Where it leads: a name under routes'),
    owner: owners.optional().describe('Default: the owner of the route'),
    enabled: z.boolean().default(true),
  })
  .transform(({ rule, ...rest }) => ({ name: rule, ...rest }))

/** Bounds that keep one file from being a program. */
const most = { rules: 20_000, fields: 300, routes: 200, enrich: 30, tests: 500 } as const

const bounded = <T extends z.ZodType>(keys: z.ZodString, value: T, limit: number, what: string) =>
  z.record(keys, value).refine((all) => Object.keys(all).length <= limit, `at most ${limit} ${what}`)

export const definitionSchema = z
  .strictObject({
    workflow: key.describe('Key: in the URL, in Slack and on the command line'),
    title: label.optional(),
    team: label.optional(),
    owner: owners.optional().describe('Who answers for the workflow'),
    description: z.string().max(2000).optional(),
    channel: channel
      .optional()
      .describe('Where its exceptions stand; default: channels.exceptions of signalbox.yaml'),
    access: accessSchema.optional(),
    trigger: triggerSchema,
    callback: callbackSchema.optional().describe('Where the sender of an event is told how its run ended'),
    card: cardSchema.optional(),
    subject: expression.optional().describe('What people call one of these: /workflow status finds it'),
    value: expression
      .optional()
      .meta({ examples: ['record.total'] })
      .describe('What one of these is worth: money of the record, which digests add up by currency'),
    fields: bounded(name, fieldSchema, most.fields, 'fields').default({}),
    enrich: bounded(name, enrichSchema, most.enrich, 'enrichments').default({}),
    rules: z
      .array(ruleSchema)
      .min(1, 'write at least one rule')
      .max(most.rules)
      .meta({ examples: [[{ rule: 'rest', when: 'true', route: 'close' }]] }),
    routes: bounded(key, routeSchema, most.routes, 'routes').meta({
      examples: [{ close: { outcome: 'achieved' } }],
    }),
    sla: slaSchema.optional(),
    expect: z
      .strictObject({ event_every: duration.optional(), success_every: duration.optional() })
      .optional()
      .describe('Silence is a failure too'),
    tests: z.array(testSchema).max(most.tests).default([]),
  })
  .transform((file) => ({ ...file, title: file.title ?? titleOf(file.workflow) }))

const titleOf = (workflow: string): string => {
  const words = workflow.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export type Definition = z.output<typeof definitionSchema>
export type RuleDefinition = Definition['rules'][number]
