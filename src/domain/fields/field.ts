// A field of a workflow: JSON Schema keywords, and where its value comes from.
import { z } from 'zod'
import { checkKeywords } from './field-keywords.ts'
import { expression } from '../text/text-kinds.ts'

const fieldTypes = [
  'string',
  'number',
  'integer',
  'money',
  'boolean',
  'timestamp',
  'enum',
  'array',
  'object',
] as const

const schema = z.record(z.string(), z.json())

export const fieldSchema = z
  .strictObject({
    type: z.enum(fieldTypes).describe('What the value is. Text that reads as the type is taken as it.'),
    from: expression.optional().describe('CEL that finds the value. Default: event.<name of the field>'),
    currency: expression
      .optional()
      .describe(
        'Of money: a code of ISO 4217 like EUR, or CEL that finds it. Without it, from gives money itself',
      )
      .meta({ examples: ['EUR', 'event.currency'] }),
    unit: z
      .enum(['major', 'minor'])
      .optional()
      .describe('Of money: what a number that arrives counts: major (euros; the default) or minor (cents)'),
    missing: z
      .enum(['ask', 'default', 'ignore'])
      .default('ask')
      .describe('What to do when there is no value: ask a person, take the default, or go on without'),
    default: z.json().optional(),
    title: z.string().optional().describe('What people read instead of the name'),
    description: z.string().optional(),
    secret: z.boolean().optional().describe('Masked wherever a run is shown; a recorded reveal shows it'),
    personal: z.boolean().optional().describe('About a person: masked like a secret'),
    examples: z.array(z.json()).optional(),
    enum: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional(),
    const: z.json().optional(),
    minLength: z.int().min(0).optional(),
    maxLength: z.int().min(0).optional(),
    pattern: z.string().max(500).optional().describe('A regular expression (RE2: linear time)'),
    format: z
      .enum(['email', 'uri', 'uuid', 'date', 'time', 'date-time', 'ipv4', 'ipv6', 'hostname'])
      .optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    multipleOf: z.number().positive().optional(),
    approximate: z
      .boolean()
      .optional()
      .describe('A number with more digits than a double keeps is rounded rather than refused'),
    items: schema.optional(),
    minItems: z.int().min(0).optional(),
    maxItems: z.int().min(0).optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
  })
  .superRefine((field, context) => {
    if (field.type === 'enum' && field.enum === undefined)
      context.addIssue({ code: 'custom', message: 'a field of type enum needs enum: [ … ], its values' })
    if (field.missing === 'default' && field.default === undefined)
      context.addIssue({
        code: 'custom',
        path: ['missing'],
        message: 'missing: default needs a default: value beside it',
      })
    if (field.missing !== 'default' && field.default !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: 'a default is only used with missing: default',
      })
    checkKeywords(field, context)
  })

export type FieldDefinition = z.output<typeof fieldSchema>
