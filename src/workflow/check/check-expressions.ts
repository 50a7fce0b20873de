// Faults of expressions and texts, each at its place and with the name that was probably meant.
import type { CompileFault } from '../../domain/compile/compile-faults.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Problem } from '../../domain/text/problem.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { functionHint } from './function-usage.ts'
import { meant, nearest } from '../nearest.ts'
import type { ParsedWorkflow } from '../file/parse.ts'

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
  return section === 'fields' || section === 'routes' || section === 'enrich' ? `${section}.${name}: ` : ''
}

const hintFor = (fault: CompileFault, definition: Definition, standards: Standards): string | undefined => {
  const { unknown, message } = fault
  if (unknown) {
    switch (unknown.what) {
      case 'field':
        return meant(unknown.name, fieldsFor(fault, definition), 'fields')
      case 'var':
        return meant(unknown.name, Object.keys(standards.vars), 'vars') ?? 'vars stand in signalbox.yaml'
      case 'name':
        return nameHint(unknown.name, definition)
      case 'connection':
        return (
          meant(unknown.name, Object.keys(standards.connections), 'connections') ??
          'connections stand in signalbox.yaml'
        )
      case 'function':
        return functionHint(unknown.name)
      default:
        return unknown.what satisfies never
    }
  }
  if (/null/.test(message))
    return 'what is missing is absent, not null: ask has(record.name), or write record.?name.orValue(…)'
  const [, left = '', operator, right = ''] = /no such overload: (\S+) (\S+) (\S+)/.exec(message) ?? []
  return operator === undefined ? undefined : typesHint(left, operator, right)
}

/** An enrichment reads the fields and what stands above it, not itself. */
const fieldsFor = ({ pointer: [section, name] }: CompileFault, definition: Definition): string[] => {
  const enrichments = Object.keys(definition.enrich)
  const above = section === 'enrich' ? enrichments.slice(0, enrichments.indexOf(String(name))) : enrichments
  return [...Object.keys(definition.fields), ...above]
}

const roots = ['event', 'headers', 'query', 'method', 'record', 'vars', 'now']

const nameHint = (name: string, { fields, enrich }: Definition): string | undefined => {
  if (Object.hasOwn(fields, name) || Object.hasOwn(enrich, name)) return `did you mean record.${name}?`
  const isValue = Object.values(fields).some((field) => field.enum?.includes(name))
  if (isValue) return `a text stands in quotes: "${name}"`
  const near = nearest(name, roots)
  return near === undefined
    ? `known here: ${roots.join(', ')}; a text stands in quotes`
    : `did you mean ${near}?`
}

const words: Record<string, string> = {
  string: 'a text',
  int: 'a number',
  double: 'a number',
  bool: 'true or false',
  timestamp: 'a time',
}

const typesHint = (left: string, operator: string, right: string): string => {
  const kinds = [words[left] ?? left, words[right] ?? right]
  const cure =
    kinds.includes('a time') && kinds.includes('a text')
      ? ': timestamp("2026-01-31T00:00:00Z") is a time'
      : kinds.includes('a number') && kinds.includes('a text')
        ? ': numbers stand without quotes, double(text) reads one'
        : ''
  return `${kinds.join(' and ')} cannot be put together with ${operator}${cure}`
}
