// Whether the JSON Schema keywords of a field fit its type, and are keywords at all: one that does nothing is a mistake.
import type { z } from 'zod'
import { listedOr } from '../text/listed-or.ts'
import { currencies, currencyOf } from '../values/currency.ts'
import type { JsonValue } from '../values/json.ts'

const ofText = ['minLength', 'maxLength', 'pattern', 'format']
const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
const ofLists = ['items', 'minItems', 'maxItems']
const ofObjects = ['properties', 'required', 'additionalProperties']
const typesOf = new Map<string, string[]>()
for (const keyword of ofText) typesOf.set(keyword, ['string'])
for (const keyword of bounds) typesOf.set(keyword, ['number', 'integer', 'money'])
typesOf.set('multipleOf', ['number', 'integer'])
for (const keyword of ['currency', 'unit']) typesOf.set(keyword, ['money'])
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

/** A currency that a file names, and not where it stands. */
const isCode = (currency: string): boolean => /^[A-Za-z]{3}$/.test(currency.trim())

const moneyFaults = (field: Field): Fault[] => {
  const { currency, from } = field
  const unfit = ['enum', 'const'].flatMap((keyword): Fault[] =>
    field[keyword] === undefined ? [] : [{ path: [keyword], message: 'money is compared in rules' }],
  )
  if (typeof currency !== 'string')
    return from === undefined
      ? [
          ...unfit,
          { path: [], message: 'money needs its currency: EUR, or where it stands, like event.currency' },
        ]
      : unfit
  if (!isCode(currency)) {
    const open = bounds.filter((bound) => field[bound] !== undefined && field[bound] !== 0)
    return [
      ...unfit,
      ...open.map((bound): Fault => ({
        path: [bound],
        message: `it says no currency, and this field may have any: write a rule, like record.total > money("500 EUR")`,
      })),
    ]
  }
  if (currencies.includes(currency)) return unfit
  const right = currencyOf(currency)
  const message = right === undefined ? `ISO 4217 has no currency ${currency}` : `write ${right}, in capitals`
  return [...unfit, { path: ['currency'], message, meant: { wrong: currency, right: [...currencies] } }]
}

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
            message: `it is for type ${listedOr(fitting)}, and this is of type ${field.type}`,
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
  return [...misplaced, ...values, ...crossed, ...(field.type === 'money' ? moneyFaults(field) : [])]
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
