// The CEL environment of one workflow: its variables with their types, our functions, and the limits.
import { Environment } from '@marcbachmann/cel-js'
import type { Calendar } from './calendar.ts'
import { businessHours, emailDomain, hoursBetween, matchesLinear, parseTime, sum } from './cel-functions.ts'
import type { FieldDefinition } from './field.ts'
import type { Vars } from './standards.ts'

const limits = {
  maxAstNodes: 1000,
  maxDepth: 32,
  maxListElements: 1000,
  maxMapEntries: 100,
  maxCallArguments: 8,
} as const

const timestamp = 'google.protobuf.Timestamp'

/** JSON numbers are doubles, so both number and integer are. Operators below let them meet int literals. */
const celType = (field: FieldDefinition): string => {
  switch (field.type) {
    case 'string':
      return 'string'
    case 'enum':
      return field.enum?.every((value) => typeof value === 'string') === false ? 'dyn' : 'string'
    case 'number':
    case 'integer':
      return 'double'
    case 'boolean':
      return 'bool'
    case 'timestamp':
      return timestamp
    case 'object':
      return 'map<string, dyn>'
    case 'array':
      return field.items?.type === 'string'
        ? 'list<string>'
        : field.items?.type === 'number' || field.items?.type === 'integer'
          ? 'list<double>'
          : 'list<dyn>'
    default:
      return field.type satisfies never
  }
}

export type EnvironmentOptions = {
  fields: Record<string, FieldDefinition>
  enrich: readonly string[]
  vars: Vars
  calendar: Calendar | undefined
  /** `secret.NAME` stands only in texts that are sent. */
  withSecrets: boolean
}

const arithmetic: [string, (a: number, b: number) => number][] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
]

const registerArithmetic = (environment: Environment): void => {
  environment.registerOperator('double == int', (a: number, b: bigint) => a === Number(b))
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b)
  for (const [operator, apply] of arithmetic) {
    environment.registerOperator(`double ${operator} int: double`, (a: number, b: bigint) =>
      apply(a, Number(b)),
    )
    environment.registerOperator(`int ${operator} double: double`, (a: bigint, b: number) =>
      apply(Number(a), b),
    )
  }
}

const registerFunctions = (environment: Environment, calendar: Calendar | undefined): void => {
  environment.registerFunction(`parseTime(dyn, string): ${timestamp}`, (text: unknown, format: string) =>
    parseTime(text, format),
  )
  environment.registerFunction(
    `parseTime(dyn, string, string): ${timestamp}`,
    (text: unknown, format: string, zone: string) => parseTime(text, format, zone),
  )
  environment.registerFunction('domain(dyn): string', emailDomain)
  environment.registerFunction(`hours(${timestamp}, ${timestamp}): double`, hoursBetween)
  environment.registerFunction(`businessHours(${timestamp}, ${timestamp}): double`, businessHours(calendar))
  environment.registerFunction('sum(dyn): double', sum)
  environment.registerFunction('string.matchesLinear(string): bool', matchesLinear)
  environment.registerFunction(`string(${timestamp}): string`, (time: Date) => time.toISOString())
}

const varType = (value: Vars[string]): string =>
  typeof value === 'string' ? 'string' : typeof value === 'number' ? 'double' : 'bool'

export const celEnvironment = (options: EnvironmentOptions): Environment => {
  const record = {
    ...Object.fromEntries(Object.entries(options.fields).map(([name, field]) => [name, celType(field)])),
    ...Object.fromEntries(options.enrich.map((name) => [name, 'dyn'])),
  }
  const vars = Object.fromEntries(Object.entries(options.vars).map(([name, value]) => [name, varType(value)]))
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits })
    .registerVariable('event', 'dyn')
    .registerVariable('headers', 'map<string, string>')
    .registerVariable('record', { schema: record })
    .registerVariable('vars', { schema: vars })
    .registerVariable('now', timestamp)
  if (options.withSecrets) environment.registerVariable('secret', 'map<string, string>')
  registerArithmetic(environment)
  registerFunctions(environment, options.calendar)
  return environment
}
