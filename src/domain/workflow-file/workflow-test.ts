// A test inside a workflow file: an event, what lookups answer, and what must come of it.
import { z } from 'zod'
import { reasons } from '../exceptions/reasons.ts'
import { key, label, owners } from '../text/text-kinds.ts'

export const testSchema = z.strictObject({
  test: label.meta({ examples: ['a late order is apologised for'] }).describe('The promise in plain words'),
  event: z.json().meta({ examples: [{ order_id: '1' }] }),
  headers: z.record(z.string(), z.string()).optional(),
  query: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .optional()
    .describe('The query of the address that it was sent to'),
  method: z.string().optional().describe('How it was sent; default: POST'),
  enrich: z.record(z.string(), z.json()).optional().describe('What the lookups answer in this test'),
  now: z.iso
    .datetime({ offset: true, error: 'write a time like 2026-01-05T12:00:00Z' })
    .optional()
    .describe('The time it is in this test'),
  expect: z
    .strictObject({
      route: key.optional(),
      rule: label.optional(),
      owner: owners.optional(),
      exception: z.enum(reasons).optional().describe('Why it stops before a rule decides'),
      review: z.boolean().optional().describe('Whether a person must approve first'),
      fields: z.record(z.string(), z.json()).optional(),
      ignored: z
        .literal(true)
        .optional()
        .describe('The trigger does not want this event (when): it starts no run'),
    })
    .refine(
      (expected) => Object.keys(expected).length > 0,
      'expect at least one of route, rule, owner, exception, review, fields, ignored',
    )
    .refine(
      (expected) => expected.ignored === undefined || Object.keys(expected).length === 1,
      'an event that is ignored starts no run: nothing else can be expected of it',
    ),
})

export type WorkflowTest = z.output<typeof testSchema>
