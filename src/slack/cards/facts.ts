// The two or three things of a record that a person needs to recognise it.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { FieldProblem } from '../../domain/rules/decision.ts'
import type { RunView } from '../../db/runs/run-view.ts'
import { fieldText, moment } from '../text.ts'

export interface Fact {
  label: string
  /** Plain text; a timestamp's is in UTC, and `at` is for where Slack shows each reader's own clock. */
  value: string
  at?: string
}

const MOST_FACTS = 6

/** The fields that stop this exception; empty unless a field is its reason. */
export function fieldProblems({ exception }: ExceptionView): FieldProblem[] {
  const { data } = exception
  const found = typeof data === 'object' && data !== null && 'fields' in data ? data.fields : undefined
  if (!Array.isArray(found)) return []
  return found.flatMap((problem): FieldProblem[] => {
    if (typeof problem !== 'object' || problem === null || !('field' in problem)) return []
    const { field, kind, message, value } = problem as unknown as FieldProblem
    return [
      {
        field: field,
        kind,
        message: message ?? '',
        ...(value === undefined ? {} : { value }),
      },
    ]
  })
}

/** What people call a field: its title in the workflow file, else its name with spaces. */
export function fieldTitle(run: Pick<RunView, 'definition'>, name: string): string {
  const words = run.definition.fields[name]?.title ?? name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Fields in the order of the workflow file, without the subject (it is the title) and without what is long. */
export function keyFacts({ run }: ExceptionView): Fact[] {
  const fields = run.record?.fields ?? {}
  return Object.keys(run.definition.fields)
    .filter((name) => Object.hasOwn(fields, name))
    .map((name): Fact => {
      const { type } = run.definition.fields[name] ?? {}
      const value = fieldText(type, fields[name])
      const at = type === 'timestamp' ? fieldText(type, fields[name], moment) : undefined
      return { label: fieldTitle(run, name), value, ...(at?.startsWith('<!date') ? { at } : {}) }
    })
    .filter(({ value }) => value !== run.subject && value !== '' && value.length <= 200)
    .slice(0, MOST_FACTS)
}
