// Whether the JSON Schema keywords of a field fit its type, and are keywords at all: one that does nothing is a mistake.
import type { z } from 'zod'
import type { JsonValue } from '../values/json.ts'

const ofText = ['minLength', 'maxLength', 'pattern', 'format']
const ofNumbers = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const ofLists = ['items', 'minItems', 'maxItems']
const ofObjects = ['properties', 'required', 'additionalProperties']
const typesOf = new Map<string, string[]>()
for (const keyword of ofText) typesOf.set(keyword, ['string'])
for (const keyword of ofNumbers) typesOf.set(keyword, ['number', 'integer'])
typesOf.set('approximate', ['number'])
for (const keyword of ofLists) typesOf.set(keyword, ['array'])
for (const keyword of ofObjects) typesOf.set(keyword, ['object'])
const ofAll = [
  'type',
  'title',
  'description',
  'examples',
  'default',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'allOf',
]
const keywords = [...ofAll, ...typesOf.keys()]
const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']

type Fault = { path: (string | number)[]; message: string; meant?: { wrong: string; right: string[] } }
type Field = { type: string; enum?: (string | number | boolean)[] | undefined; [keyword: string]: unknown }

const isOfType: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
}

const pairs = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const

const fieldFaults = (field: Field): Fault[] => {
  const misplaced = [...typesOf].flatMap(([keyword, fitting]): Fault[] =>
    field[keyword] === undefined || fitting.includes(field.type)
      ? []
      : [
          {
            path: [keyword],
            message: `it is for type ${fitting.join(' or ')}, and this is of type ${field.type}`,
          },
        ],
  )
  const fits = isOfType[field.type]
  const values = (field.enum ?? []).flatMap((value, at): Fault[] =>
    !fits || fits(value)
      ? []
      : [{ path: ['enum', at], message: `${JSON.stringify(value)} is not of type ${field.type}` }],
  )
  const crossed = pairs.flatMap(([least, most]): Fault[] => {
    const [from, to] = [field[least], field[most]]
    return typeof from === 'number' && typeof to === 'number' && from > to
      ? [{ path: [most], message: `it is less than ${least}, so no value fits` }]
      : []
  })
  return [...misplaced, ...values, ...crossed]
}

const isSchema = (value: unknown): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schemas inside items, properties and additionalProperties, at any depth. */
const nestedFaults = (schema: Record<string, unknown>, path: Fault['path']): Fault[] => {
  const inner = [
    ...['items', 'additionalProperties'].map((keyword) => [[keyword], schema[keyword]] as const),
    ...Object.entries(isSchema(schema['properties']) ? schema['properties'] : {}).map(
      ([name, one]) => [['properties', name], one] as const,
    ),
  ]
  return inner.flatMap(([steps, one]) => {
    if (!isSchema(one)) return []
    const at = [...path, ...steps]
    const unknown = Object.keys(one)
      // A nested pattern has a message of its own.
      .filter((keyword) => !keywords.includes(keyword) && keyword !== 'patternProperties')
      .map((keyword): Fault => ({
        path: [...at, keyword],
        message: 'this is no keyword of JSON Schema that is known here',
        meant: { wrong: keyword, right: keywords },
      }))
    const { type } = one
    const wrongType: Fault[] =
      typeof type === 'string' && !types.includes(type)
        ? [
            {
              path: [...at, 'type'],
              message: `there is no type "${type}"`,
              meant: { wrong: type, right: types },
            },
          ]
        : []
    return [...unknown, ...wrongType, ...nestedFaults(one, at)]
  })
}

export const checkKeywords = (field: Field, context: z.core.$RefinementCtx): void => {
  for (const { path, message, meant } of [...fieldFaults(field), ...nestedFaults(field, [])])
    context.addIssue({ code: 'custom', path, message, ...(meant && { params: { meant } }) })
}
