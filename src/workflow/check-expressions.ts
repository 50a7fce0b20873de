// Faults of expressions and texts, each at its place and with the name that was probably meant.
import type { CompileFault } from '../domain/compile-faults.ts'
import type { Definition } from '../domain/definition.ts'
import type { Problem } from '../domain/problem.ts'
import type { Standards } from '../domain/standards.ts'
import { meant } from './nearest.ts'
import type { ParsedWorkflow } from './parse.ts'

const functions = [
  'has',
  'size',
  'string',
  'double',
  'int',
  'timestamp',
  'duration',
  'parseTime',
  'domain',
  'hours',
  'businessHours',
  'sum',
  'matches',
  'startsWith',
  'endsWith',
  'contains',
  'exists',
  'all',
  'exists_one',
  'map',
  'filter',
  'split',
  'join',
  'trim',
  'lowerAscii',
  'upperAscii',
  'substring',
  'getFullYear',
  'getMonth',
  'getDayOfWeek',
  'getHours',
]

export const expressionProblems = (
  faults: readonly CompileFault[],
  parsed: ParsedWorkflow,
  definition: Definition,
  standards: Standards,
): Problem[] =>
  faults.map((fault) => {
    const hint = hintFor(fault, definition, standards)
    return {
      file: parsed.file,
      ...parsed.locate(fault.pointer, fault.at ?? 0),
      severity: 'error',
      message: `${subjectOf(fault, definition)}${fault.message}`,
      ...(hint !== undefined && { hint }),
    }
  })

const subjectOf = (fault: CompileFault, definition: Definition): string => {
  const [section, name] = fault.pointer
  if (section === 'rules' && typeof name === 'number') return `rule "${definition.rules[name]?.name}": `
  return section === 'fields' || section === 'routes' || section === 'enrich' ? `${section} ${name}: ` : ''
}

const hintFor = (fault: CompileFault, definition: Definition, standards: Standards): string | undefined => {
  const { unknown, message } = fault
  if (unknown) {
    switch (unknown.what) {
      case 'field':
        return meant(
          unknown.name,
          [...Object.keys(definition.fields), ...Object.keys(definition.enrich)],
          'fields',
        )
      case 'var':
        return meant(unknown.name, Object.keys(standards.vars), 'vars') ?? 'vars stand in signalbox.yaml'
      case 'name':
        return meant(unknown.name, ['event', 'headers', 'record', 'vars', 'now'], 'known here')
      case 'function':
        if (functions.includes(unknown.name)) return 'it takes other arguments'
        return meant(unknown.name, functions)
      default:
        return unknown.what satisfies never
    }
  }
  if (/null/.test(message)) return 'what is missing is absent, not null: ask has(record.name)'
  const types = /no such overload: (\w+) (\S+) (\w+)/.exec(message)
  if (types) return `${types[1]} and ${types[3]} cannot be put together with ${types[2]}`
  return undefined
}
