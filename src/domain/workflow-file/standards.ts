// signalbox.yaml: what holds for every team.
import { z } from 'zod'
import { accessSchema } from './access.ts'
import { connectionSchema } from './connection.ts'
import { subscriptionSchema } from './subscription.ts'
import { sourceSchema } from './webhook.ts'
import { calendarSchema } from '../time/calendar.ts'
import { writtenTargetsSchema } from '../digest/digest-targets.ts'
import { periods } from '../digest/digest-window.ts'
import { erasable } from '../masking/erased.ts'
import { channel, key, keptFor, label, name, owners } from '../text/text-kinds.ts'

const requirements = [
  'owner',
  'team',
  'description',
  'sla',
  'catch_all',
  'tests',
  'expect',
  'subject',
] as const

const digestSchema = z
  .strictObject({
    cron: z.string(),
    timezone: z.string().default('UTC'),
    channel: channel.optional().describe('Where the figures of the last whole week or day are posted'),
    period: z.enum(periods).default('week'),
    team: label.optional().describe('Only the workflows of this team; without it, all of them'),
    targets: writtenTargetsSchema
      .optional()
      .meta({ examples: [{ automation_rate: '90%', resolution_time: '4h', sla: '95%', error_rate: '2%' }] })
      .describe('What its figures should be: each stands as met or missed beside its figure'),
    to: z
      .literal('owners')
      .optional()
      .describe('A direct message to each owner, only when something waits for them'),
  })
  .refine((digest) => (digest.channel === undefined) !== (digest.to === undefined), {
    error: 'a digest needs either channel: "#leadership" or to: owners',
    path: ['channel'],
  })
  .refine((digest) => digest.team === undefined || digest.to === undefined, {
    error: 'a digest of a team goes to a channel',
    path: ['team'],
  })
  .refine((digest) => digest.targets === undefined || digest.to === undefined, {
    error: 'targets are for a digest that goes to a channel: to: owners shows no figures',
    path: ['targets'],
  })

export const standardsSchema = z.strictObject({
  standards: z.strictObject({ require: z.array(z.enum(requirements)).default([]) }).default({ require: [] }),
  channels: z.strictObject({ exceptions: channel.optional(), alerts: channel.optional() }).default({}),
  roles: z.record(key, owners).default({}),
  access: accessSchema.optional(),
  people: z
    .strictObject({
      guests: z
        .array(z.string().regex(/^[UW][A-Z0-9]{5,}$/, 'write the id of a person in Slack, like U012AB3CD'))
        .describe(
          'Ids of guests and of people of other organizations who count as members; nobody else of them does',
        ),
    })
    .optional(),
  calendars: z.record(key, calendarSchema).default({}),
  connections: z
    .record(key, connectionSchema)
    .default({})
    .describe(
      'Other systems, each named once: where it is, how calls prove who sends them, how its answers are read',
    ),
  sources: z
    .record(key, sourceSchema)
    .default({})
    .describe('Senders from which several workflows take; each sends to POST /in/<source>'),
  digests: z.record(key, digestSchema).default({}),
  subscriptions: z
    .record(key, subscriptionSchema)
    .default({})
    .describe('Other systems that are told of runs, exceptions and digests'),
  retention: z
    .partialRecord(z.enum(erasable), keptFor)
    .default({})
    .describe('How long after a run ended its data is kept, by class; what is not named is kept for good'),
  vars: z.record(name, z.union([z.string(), z.number(), z.boolean()])).default({}),
})

/** Where a digest goes that is asked for, while no digest of all teams names a channel. */
export const DIGEST_CHANNEL = '#leadership'

export type Standards = z.output<typeof standardsSchema>
export type Vars = Standards['vars']
export const noStandards: Standards = standardsSchema.parse({})
