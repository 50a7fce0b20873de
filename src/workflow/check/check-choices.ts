// The routes that lead on to others without a rule: they must be there, lead in no circle, and have what their texts read.
import type { Problem } from '../../domain/text/problem.ts'
import { leadsOf } from '../../domain/workflow-file/leads.ts'
import { meant } from '../nearest.ts'
import { type Checked, complaining } from './check-context.ts'

export const choiceProblems = (checked: Checked): Problem[] => {
  if (checked.unread.wholly.has('routes')) return []
  const missing = missingRoutes(checked)
  if (missing.length > 0) return missing
  const circling = circles(checked)
  // What every way to a route gives can't be told where one of them never ends.
  return circling.length > 0 ? circling : unknownInputs(checked)
}

const missingRoutes = ({ parsed, definition }: Checked): Problem[] => {
  const complain = complaining(parsed)
  const names = Object.keys(definition.routes)
  return leadsOf(definition).flatMap(({ to, path }) =>
    names.includes(to)
      ? []
      : [complain('error', path, `there is no route "${to}"`, meant(to, names, 'routes'))],
  )
}

/** A run comes by each route once: what it did there it would not do again. */
const circles = ({ parsed, definition }: Checked): Problem[] => {
  const complain = complaining(parsed)
  const leads = leadsOf(definition)
  const reaches = (from: string, wanted: string, seen = new Set<string>()): boolean => {
    if (from === wanted) return true
    if (seen.has(from)) return false
    seen.add(from)
    return leads.some((lead) => lead.from === from && reaches(lead.to, wanted, seen))
  }
  return leads
    .filter(({ from, to }) => reaches(to, from))
    .map(({ from, to, path }) =>
      complain(
        'error',
        path,
        from === to ? `the route "${from}" leads to itself` : `"${to}" leads back to "${from}"`,
        'a run comes by each route once: lead to another one',
      ),
    )
}

/** What every way to a route gives to its texts: none of it where a rule leads there. */
function givenTo({ definition }: Checked): (route: string) => Set<string> {
  const leads = leadsOf(definition)
  const byRule = new Set(definition.rules.map(({ route }) => route))
  const known = new Map<string, Set<string>>()
  const given = (route: string): Set<string> => {
    const before = known.get(route)
    if (before) return before
    const ways = leads.filter(({ to }) => to === route)
    const sets = ways.map(({ from, gives }) => new Set([...given(from), ...gives]))
    const [first = new Set<string>(), ...others] = sets
    const all = byRule.has(route)
      ? new Set<string>()
      : new Set([...first].filter((name) => others.every((one) => one.has(name))))
    known.set(route, all)
    return all
  }
  return given
}

const unknownInputs = (checked: Checked): Problem[] => {
  const { parsed, compiled } = checked
  const complain = complaining(parsed)
  const given = givenTo(checked)
  return compiled.texts.flatMap(({ template, pointer }) => {
    const route = pointer[0] === 'routes' ? String(pointer[1]) : undefined
    const read = template.reads.find(
      ([root, name = '']) =>
        root === 'record' &&
        compiled.inputs.has(name) &&
        !(route !== undefined && given(route).has(name)) &&
        !isAsked(template.parts, name),
    )?.[1]
    if (read === undefined) return []
    return [
      complain(
        'error',
        [...pointer],
        route === undefined
          ? `record.${read} is only known after a person entered it`
          : `record.${read} is not known here: not every way to "${route}" asks for it`,
        `ask has(record.${read}) first, or require it in the form of each choice that leads here`,
      ),
    ]
  })
}

const isAsked = (parts: Checked['compiled']['texts'][number]['template']['parts'], name: string): boolean =>
  parts.some((part) => 'expression' in part && part.expression.source.includes(`has(record.${name})`))
