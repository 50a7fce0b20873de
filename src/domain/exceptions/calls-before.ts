// Calls that come before others on a route. Any of them may refuse a run, by its status or by its own conditions, so whoever
// changes what is sent behind them must not leave them with something else. Pure.
import { secretPlaceholder } from './action-input.ts'
import { isSamePlace } from './places-of-action.ts'
import type { CompiledWorkflow, RenderedAction } from '../compile/compiled-workflow.ts'
import { ifRendered } from '../cel/template.ts'
import type { Scope } from '../rules/decision.ts'
import { canonicalJson } from '../values/canonical.ts'
import { asJson, type JsonObject } from '../values/json.ts'
import { leadsOf } from '../workflow-file/leads.ts'

interface Place {
  route: string
  step: number
}

const actionsOf = ({ definition }: CompiledWorkflow, route: string) => definition.routes[route]?.actions ?? []

const nameOf = (compiled: CompiledWorkflow, { route, step }: Place): string | undefined =>
  actionsOf(compiled, route)[step]?.action

const rendered = ({ action }: CompiledWorkflow, { route, step }: Place, scope: Scope) =>
  ifRendered(() => action(route, step, scope, secretPlaceholder))

/** All that it does, wherever it stands; what cannot be rendered is like nothing that was. */
function textOf(action: RenderedAction | undefined): string | undefined {
  if (!action) return undefined
  const { position: _, name: _name, ...does } = action
  return canonicalJson(asJson(does))
}

/** What cannot be rendered may be one. */
const isCall = (action: RenderedAction | undefined): boolean => action === undefined || action.kind === 'http'

/** Every step of the routes that lead to this one, or that it leads to, behind their actions: by a choice, or by time. */
function stepsAround(compiled: CompiledWorkflow, route: string, way: 'to' | 'from'): Place[] {
  const { routes } = compiled.definition
  const leads = leadsOf(compiled.definition).filter(
    ({ from, path }) => routes[from]?.exception !== undefined && !path.includes('declined'),
  )
  const met = new Set([route])
  const follow = (here: string): string[] =>
    leads.flatMap((lead) => {
      const other = way === 'to' ? lead.from : lead.to
      if (lead[way] !== here || met.has(other)) return []
      met.add(other)
      return [other, ...follow(other)]
    })
  return follow(route).flatMap((name) => actionsOf(compiled, name).map((_, step) => ({ route: name, step })))
}

/** The first call before this step that would send something else of this record, and is done by now. */
export function changedBefore(
  compiled: CompiledWorkflow,
  { route, step }: Place,
  scope: Scope,
  record: JsonObject,
): string | undefined {
  const decided = compiled.decide(scope)
  const isLedTo = decided.kind !== 'route' || decided.route !== route
  const done = [
    ...(isLedTo ? stepsAround(compiled, route, 'to') : []),
    ...actionsOf(compiled, route)
      .slice(0, step)
      .map((_, at) => ({ route, step: at })),
  ]
  const changed = done.find((place) => {
    // Answers are known on their own route alone.
    const as: Scope = { ...scope, leavesAnswersOut: place.route !== route }
    const before = rendered(compiled, place, as)
    const other = rendered(compiled, place, { ...as, record })
    return (isCall(before) || isCall(other)) && textOf(before) !== textOf(other)
  })
  return changed && nameOf(compiled, changed)
}

/** The first action behind this call that would send something else of this record, and still goes by the run's own. */
export function unlikeBehind(
  compiled: CompiledWorkflow,
  { route, step }: Place,
  scope: Scope,
  record: JsonObject,
): string | undefined {
  if (!isCall(rendered(compiled, { route, step }, scope))) return undefined
  const ahead: Scope = { ...scope, leavesAnswersOut: true }
  const behind = [
    ...actionsOf(compiled, route)
      .map((_, at) => ({ route, step: at }))
      .slice(step + 1),
    ...stepsAround(compiled, route, 'from'),
  ]
  const unlike = behind.find(
    (place) =>
      textOf(rendered(compiled, place, ahead)) !== textOf(rendered(compiled, place, { ...ahead, record })),
  )
  return unlike && nameOf(compiled, unlike)
}

/**
 * The first call that another route makes of this record before it sends where `sent` goes, and that the run has not made as
 * such by this step.
 */
export function leftOutBefore(
  compiled: CompiledWorkflow,
  { route, step, other, sent }: Place & { other: string; sent: RenderedAction },
  scope: Scope,
  record: JsonObject,
): string | undefined {
  const ahead: Scope = { ...scope, leavesAnswersOut: true }
  const done = new Set(
    actionsOf(compiled, route)
      .slice(0, step)
      .map((_, at) => textOf(rendered(compiled, { route, step: at }, ahead))),
  )
  const others = actionsOf(compiled, other).map(({ action: name }, at) => ({
    name,
    does: rendered(compiled, { route: other, step: at }, { ...ahead, record }),
  }))
  const sends = others.findIndex(({ does }) => does !== undefined && isSamePlace(does, sent))
  return others.slice(0, Math.max(0, sends)).find(({ does }) => isCall(does) && !done.has(textOf(does)))?.name
}
