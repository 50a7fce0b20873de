// What a workflow names of itself and of other workflows must be there, and be one: routes, rules, actions, enrichments,
// workflows.
import type { Problem } from '../../domain/text/problem.ts'
import { leadsOf } from '../../domain/workflow-file/leads.ts'
import { type Checked, complaining } from './check-context.ts'
import { meant, nearest } from '../nearest.ts'

export const referenceProblems = (checked: Checked): Problem[] => [
  ...routeProblems(checked),
  ...actionProblems(checked),
  ...emitProblems(checked),
  ...sourceProblems(checked),
  ...testProblems(checked),
]

const routeProblems = ({ parsed, definition, unread }: Checked): Problem[] => {
  const complain = complaining(parsed)
  const names = Object.keys(definition.routes)
  if (unread.wholly.has('routes')) return []
  const suggested = new Set<string>()
  const missing = definition.rules.flatMap(({ route }, at) => {
    if (names.includes(route)) return []
    suggested.add(nearest(route, names) ?? '')
    return [
      complain(
        'error',
        ['rules', at, 'route'],
        `there is no route "${route}"`,
        meant(route, names, 'routes'),
      ),
    ]
  })
  if (unread.partly.has('rules')) return missing
  const used = new Set([
    ...definition.rules.map((rule) => rule.route),
    ...leadsOf(definition).map(({ to }) => to),
  ])
  const unused = names
    // A route whose name was most likely meant above is found as soon as that is mended.
    .filter((name) => !used.has(name) && !suggested.has(name))
    .map((name): Problem => ({
      file: parsed.file,
      ...parsed.locateKey(['routes', name]),
      severity: 'error',
      message: `nothing leads to the route "${name}"`,
      hint: 'add a rule or a choice, or remove the route',
    }))
  return [...missing, ...unused]
}

/** `review.except`, cards and keys name an action within its route: a second one of its name would be taken for the first. */
const actionProblems = ({ parsed, definition }: Checked): Problem[] => {
  const complain = complaining(parsed)
  return Object.entries(definition.routes).flatMap(([route, { actions }]) => {
    const place = (at: number) => ['routes', route, 'actions', at, 'action']
    return actions.flatMap(({ action }, at) => {
      const first = actions.findIndex((one) => one.action === action)
      if (first === at) return []
      const { line } = parsed.locate(place(first))
      return [
        complain(
          'error',
          place(at),
          `the action "${action}" stands in this route already, in line ${line}`,
          'each action of a route needs a name of its own',
        ),
      ]
    })
  })
}

const emitProblems = ({ parsed, definition, context }: Checked): Problem[] => {
  const { workflows } = context
  if (!workflows) return []
  const complain = complaining(parsed)
  return Object.entries(definition.routes).flatMap(([route, { actions }]) =>
    actions.flatMap((action, at) =>
      action.emit && !workflows.includes(action.emit.workflow)
        ? [
            complain(
              'error',
              ['routes', route, 'actions', at, 'emit', 'workflow'],
              `there is no workflow "${action.emit.workflow}"`,
              meant(action.emit.workflow, workflows),
            ),
          ]
        : [],
    ),
  )
}

const sourceProblems = ({ parsed, definition, standards, context }: Checked): Problem[] => {
  const { source } = definition.trigger
  if (source === undefined || Object.hasOwn(standards.sources, source)) return []
  if (context.unreadStandards?.has('sources') === true) return []
  const names = Object.keys(standards.sources)
  return [
    complaining(parsed)(
      'error',
      ['trigger', 'source'],
      `there is no source "${source}" in signalbox.yaml`,
      meant(source, names, 'sources') ?? 'sources: { stripe-eu: { preset: stripe, secret: secret.STRIPE } }',
    ),
  ]
}

const testProblems = ({ parsed, definition, unread }: Checked): Problem[] => {
  const complain = complaining(parsed)
  const routes = Object.keys(definition.routes)
  const rules = definition.rules.map((rule) => rule.name)
  return definition.tests.flatMap((test, at) => {
    const { route, rule } = test.expect
    const path = ['tests', at, 'expect']
    return [
      ...(route !== undefined && !unread.wholly.has('routes') && !routes.includes(route)
        ? [
            complain(
              'error',
              [...path, 'route'],
              `there is no route "${route}"`,
              meant(route, routes, 'routes'),
            ),
          ]
        : []),
      ...(rule !== undefined && !unread.partly.has('rules') && !rules.includes(rule)
        ? [complain('error', [...path, 'rule'], `there is no rule "${rule}"`, meant(rule, rules, 'rules'))]
        : []),
      ...Object.keys(test.enrich ?? {})
        .filter((name) => !unread.wholly.has('enrich') && definition.enrich[name] === undefined)
        .map((name) =>
          complain(
            'error',
            ['tests', at, 'enrich', name],
            `there is no enrichment "${name}"`,
            meant(name, Object.keys(definition.enrich)),
          ),
        ),
    ]
  })
}
