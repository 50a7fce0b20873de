// The CEL environment of one workflow: its variables with their types, our functions, and the limits.
import { Environment } from '@marcbachmann/cel-js'
import type { Calendar } from '../time/calendar.ts'
import { businessHours, emailDomain, hoursBetween, matchesLinear, sum } from './functions/own.ts'
import { registerMoney } from './functions/money.ts'
import { registerNumbers } from './numbers.ts'
import { registerLists } from './functions/lists.ts'
import { registerMath } from './functions/math.ts'
import { registerTexts } from './functions/texts.ts'
import { excelTime, parseTime } from './functions/times.ts'
import { limits } from './syntax.ts'
import type { FieldDefinition } from '../fields/field.ts'
import type { Vars } from '../workflow-file/standards.ts'

const timestamp = 'google.protobuf.Timestamp'

const isInteger = (type: unknown): boolean => type === 'integer'

const isMoney = ({ type }: FieldDefinition): boolean => type === 'money'

/** Whether a field can hold a number that is no double, so that only its value tells what an operator meets. */
const isWide = ({ type, items }: FieldDefinition): boolean =>
  isInteger(type) || (type === 'array' && (isInteger(items?.type) || items?.type === 'number'))

/** Numbers are doubles for the type check. Operators (numbers.ts) let them meet int literals. */
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
    case 'money':
      return 'money'
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
  /** `running`: fields that may hold more than a double are looked at when there is a value. */
  for: 'checking' | 'running'
  enrich: readonly string[]
  vars: Vars
  calendar: Calendar | undefined
  /** Names of answers that `actions` may have: in conditions of routes, and in texts that are sent. */
  answers?: readonly string[]
  /** `secret.NAME` and `owner` stand only in texts that are sent. */
  isSent: boolean
}

const registerFunctions = (
  environment: Environment,
  { calendar, fields, for: purpose }: EnvironmentOptions,
): void => {
  environment.registerFunction(`parseTime(dyn, string): ${timestamp}`, (text: unknown, format: string) =>
    parseTime(text, format),
  )
  environment.registerFunction(
    `parseTime(dyn, string, string): ${timestamp}`,
    (text: unknown, format: string, zone: string) => parseTime(text, format, zone),
  )
  environment.registerFunction(
    `parseTime(dyn, string, string, ${timestamp}): ${timestamp}`,
    (text: unknown, format: string, zone: string, now: Date) => parseTime(text, format, zone, now),
  )
  environment.registerFunction(`excelTime(dyn): ${timestamp}`, excelTime)
  environment.registerFunction('domain(dyn): string', emailDomain)
  environment.registerFunction(`hours(${timestamp}, ${timestamp}): double`, hoursBetween)
  environment.registerFunction(`businessHours(${timestamp}, ${timestamp}): double`, businessHours(calendar))
  const isMoneySummed = Object.values(fields).some(isMoney)
  const sumType = purpose === 'running' || isMoneySummed ? 'dyn' : 'double'
  environment.registerFunction(`sum(dyn): ${sumType}`, sum)
  environment.registerFunction(`string(${timestamp}): string`, (time: Date) => time.toISOString())
}

/** What every expression has, whatever it is about. */
const registerLanguage = (environment: Environment): void => {
  environment.registerFunction('string.matchesLinear(string): bool', matchesLinear)
  registerTexts(environment)
  registerMath(environment)
  registerLists(environment)
}

const owner = { id: 'string', name: 'string', mention: 'string', email: 'string' }

const varType = (value: Vars[string]): string =>
  typeof value === 'string' ? 'string' : typeof value === 'number' ? 'double' : 'bool'

const celEnvironment = (options: EnvironmentOptions): Environment => {
  const record = {
    ...Object.fromEntries(
      Object.entries(options.fields).map(([name, field]) => [
        name,
        options.for === 'running' && isWide(field) ? 'dyn' : celType(field),
      ]),
    ),
    ...Object.fromEntries(options.enrich.map((name) => [name, 'dyn'])),
  }
  const vars = Object.fromEntries(Object.entries(options.vars).map(([name, value]) => [name, varType(value)]))
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    // Lists that mix what is not known before are told apart when they are checked.
    homogeneousAggregateLiterals: options.for === 'checking',
    enableOptionalTypes: true,
    limits,
  })
  // Before the record, whose fields may be of their types.
  registerNumbers(environment)
  registerMoney(environment, options.for === 'checking')
  registerLanguage(environment)
  environment
    .registerVariable('event', 'dyn')
    .registerVariable('headers', 'map<string, string>')
    .registerVariable('query', 'map<string, dyn>')
    .registerVariable('method', 'string')
    .registerVariable('record', { schema: record })
    .registerVariable('vars', { schema: vars })
    .registerVariable('now', timestamp)
  const { answers = [] } = options
  if (answers.length > 0)
    environment.registerVariable('actions', {
      schema: Object.fromEntries(answers.map((answer) => [answer, 'dyn'])),
    })
  if (options.isSent)
    environment.registerVariable('secret', 'map<string, string>').registerVariable('owner', { schema: owner })
  registerFunctions(environment, options)
  return environment
}

/** What expressions of one workflow are checked in, and what those run in that may meet more than a double. */
export interface Environments {
  checking: Environment
  running: Environment
  /** Some field may hold more than a double. */
  isWide: boolean
}

export const celEnvironments = (options: Omit<EnvironmentOptions, 'for'>): Environments => {
  let running: Environment | undefined
  return {
    checking: celEnvironment({ ...options, for: 'checking' }),
    get running() {
      return (running ??= celEnvironment({ ...options, for: 'running' }))
    },
    isWide: Object.values(options.fields).some((field) => isWide(field) || isMoney(field)),
  }
}

/** What conditions over an answer of another system are read in: nothing of the workflow. */
export const answerEnvironments = (): Environments => {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits,
  }).registerVariable('answer', {
    schema: { status: 'double', headers: 'map<string, string>', body: 'dyn' },
  })
  registerNumbers(environment)
  registerLanguage(environment)
  return { checking: environment, running: environment, isWide: false }
}
