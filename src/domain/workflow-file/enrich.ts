// Where a record gets more than the event brought: a reference table, an HTTP lookup, or the workflow's own past.
import { z } from 'zod'
import { httpRequestSchema } from './http-request.ts'
import { duration, expression, name } from '../text/text-kinds.ts'

const one = ['lookup', 'http', 'history'] as const

export const enrichSchema = z
  .strictObject({
    lookup: name.optional().describe('A reference table in the database'),
    key: expression.optional().describe('lookup: the key of the row'),
    http: httpRequestSchema.optional(),
    history: z
      .strictObject({ same: expression, within: duration })
      .optional()
      .describe('Earlier runs of this workflow with the same value: { count, last }'),
    max_age: duration.optional().describe('Older than this is fetched again, or else stale'),
    missing: z.enum(['ask', 'default', 'ignore']).default('ask'),
    default: z.json().optional(),
  })
  .superRefine((entry, context) => {
    if (one.filter((kind) => entry[kind] !== undefined).length !== 1)
      context.addIssue({ code: 'custom', message: `an enrichment is exactly one of ${one.join(', ')}` })
    if (entry.lookup !== undefined && entry.key === undefined)
      context.addIssue({
        code: 'custom',
        path: ['lookup'],
        message: 'a lookup needs key: an expression, like record.customer_id',
      })
    if (entry.key !== undefined && entry.lookup === undefined)
      context.addIssue({ code: 'custom', path: ['key'], message: 'a key is only used with lookup: <table>' })
    if (entry.max_age !== undefined && entry.history !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['max_age'],
        message: 'history is counted for each run, so it is never old: leave max_age out',
      })
    if (entry.missing !== 'default' && entry.default !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: 'a default is only used with missing: default',
      })
    if (entry.missing === 'default' && entry.default === undefined)
      context.addIssue({
        code: 'custom',
        path: ['missing'],
        message: 'missing: default needs a default: value beside it',
      })
  })

export type Enrichment = z.output<typeof enrichSchema>
