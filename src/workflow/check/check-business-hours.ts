// businessHours() counts in a calendar: an expression that asks for it where there is none would stop every run.
import { walk } from '../../domain/cel/tree.ts'
import { compileLanguage } from '../../domain/compile/compile-language.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Problem } from '../../domain/text/problem.ts'
import { type Checked, complaining } from './check-context.ts'
import type { Path } from '../file/yaml-file.ts'

export const businessHoursProblems = ({ parsed, definition, standards, context }: Checked): Problem[] => {
  // A calendar that is named and not there is complained about where it is named.
  const isKnown = definition.sla?.calendar !== undefined || standards.calendars['business'] !== undefined
  if (isKnown || context.unreadStandards?.has('calendars') === true) return []
  const { onRecord } = compileLanguage(definition, standards)
  const complain = complaining(parsed)
  return expressionsOf(definition).flatMap(({ source, path }) => {
    const compiled = source.includes('businessHours') ? onRecord(source) : undefined
    let asks = false
    if (compiled?.ok === true)
      walk(compiled.expression.tree, ({ op, args }) => {
        if (op === 'call' && args[0] === 'businessHours') asks = true
      })
    return asks
      ? [
          complain(
            'error',
            path,
            'businessHours() has no calendar to count in',
            'name one in sla.calendar, or call one "business" in signalbox.yaml',
          ),
        ]
      : []
  })
}

const expressionsOf = ({ fields, rules, routes }: Definition): { source: string; path: Path }[] => [
  ...Object.entries(fields).map(([name, { from = '' }]) => ({
    source: from,
    path: ['fields', name, 'from'],
  })),
  ...rules.map(({ when }, at) => ({ source: when, path: ['rules', at, 'when'] })),
  ...Object.entries(routes).flatMap(([name, { review, actions }]) => [
    { source: review?.when ?? '', path: ['routes', name, 'review', 'when'] },
    ...actions.map(({ when = '' }, at) => ({ source: when, path: ['routes', name, 'actions', at, 'when'] })),
  ]),
]
