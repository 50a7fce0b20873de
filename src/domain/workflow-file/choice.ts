// The choices that a file offers where it hands a case to a person, and the values that they ask for.
import { z } from 'zod'
import { outcomes } from '../exceptions/outcome.ts'
import { type FieldDefinition, fieldSchema } from '../fields/field.ts'
import { key, name } from '../text/text-kinds.ts'

const propertySchema = z
  .strictObject({
    type: z.enum(['string', 'number', 'integer', 'boolean']).optional().describe('Default: string'),
    title: z.string().trim().min(1).max(60).optional().describe('What people read instead of the name'),
    description: z.string().max(200).optional(),
    enum: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .max(100)
      .optional(),
    format: z.enum(['date', 'date-time', 'email', 'uri']).optional(),
    minLength: z.int().min(0).optional(),
    maxLength: z.int().min(0).optional(),
    pattern: z.string().max(500).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    multipleOf: z.number().positive().optional(),
  })
  // What does not fit its type is told as that of a field is.
  .superRefine((property, context) => {
    for (const issue of fieldSchema.safeParse(asField(property, true)).error?.issues ?? [])
      context.addIssue({
        code: 'custom',
        path: issue.path,
        message: issue.message,
        ...(issue.code === 'custom' && issue.params ? { params: issue.params } : {}),
      })
  })
type Property = z.output<typeof propertySchema>

function asField({ type, format, ...rest }: Property, isRequired: boolean): FieldDefinition {
  const isTime = format === 'date-time'
  return {
    ...rest,
    type: rest.enum ? 'enum' : isTime ? 'timestamp' : (type ?? 'string'),
    ...(format === undefined || isTime ? {} : { format }),
    missing: isRequired ? 'ask' : 'ignore',
  }
}

const MOST_INPUTS = 20

const formSchema = z
  .strictObject({
    type: z.literal('object').default('object'),
    required: z.array(z.string()).default([]),
    properties: z
      .record(name, propertySchema)
      .refine((all) => Object.keys(all).length > 0, 'name at least one value')
      .refine(
        (all) => Object.keys(all).length <= MOST_INPUTS,
        `a form asks for at most ${MOST_INPUTS} values`,
      ),
  })
  .superRefine(({ required, properties }, context) => {
    for (const [at, one] of required.entries())
      if (!Object.hasOwn(properties, one))
        context.addIssue({
          code: 'custom',
          path: ['required', at],
          message: `there is no property "${one}"`,
          params: { meant: { wrong: one, right: Object.keys(properties) } },
        })
  })

const choiceSchema = z
  .strictObject({
    label: z
      .string()
      .trim()
      .min(1, 'write what the button says')
      .max(30, 'a button says at most 30 characters')
      .meta({ examples: ['Store credit'] }),
    route: key.optional().describe('The run goes on there'),
    outcome: z.enum(outcomes).optional().describe('The run ends'),
    style: z.enum(['primary', 'danger']).optional(),
    form: formSchema
      .optional()
      .describe('Values that the person enters first, as JSON Schema: record.<name> then'),
  })
  .refine(({ route, outcome }) => (route === undefined) !== (outcome === undefined), {
    message: 'a choice has either a route or an outcome',
  })

export const choicesSchema = z
  .array(choiceSchema)
  .min(1, 'offer at least one choice')
  .max(4, 'offer at most four choices')
  .superRefine((choices, context) => {
    const labels = choices.map(({ label }) => label.toLowerCase())
    for (const [at, label] of labels.entries())
      if (labels.indexOf(label) < at)
        context.addIssue({
          code: 'custom',
          path: [at, 'label'],
          message: `two choices are called "${choices[at]?.label}"`,
        })
  })

export type Choice = z.output<typeof choiceSchema>
export type ChoiceForm = z.output<typeof formSchema>

/** What a form asks for, as fields of the record. */
export const inputFields = (form: ChoiceForm | undefined): Record<string, FieldDefinition> =>
  Object.fromEntries(
    Object.entries(form?.properties ?? {}).map(([input, property]) => [
      input,
      asField(property, form?.required.includes(input) === true),
    ]),
  )

interface Offering {
  routes: Record<
    string,
    { exception?: { choices?: readonly Pick<Choice, 'form'>[] | undefined } | undefined }
  >
}

/** All that choices of a workflow ask for, each name once. */
export const allInputs = ({ routes }: Offering): Record<string, FieldDefinition> =>
  Object.assign(
    {},
    ...Object.values(routes).flatMap(({ exception }) =>
      (exception?.choices ?? []).map(({ form }) => inputFields(form)),
    ),
  ) as Record<string, FieldDefinition>
