// Whose review an edited input needs. The rules let a small amount through without one; whoever writes a large one in its
// place, or sends it elsewhere, must not get round the review that the rules ask for of large ones. Pure.
import { type EditedInput, secretPlaceholder, withInput } from './action-input.ts'
import type { CompiledWorkflow, RenderedAction } from '../compile/compiled-workflow.ts'
import type { Scope } from '../rules/decision.ts'
import { channelNameIn } from '../workflow-file/named-channels.ts'
import { ownerTexts } from '../workflow-file/named-owners.ts'
import { OPERATORS } from '../people/owner.ts'
import { isFromRecord } from '../people/owner-from-record.ts'
import { recordOfEdit } from './record-of-edit.ts'
import type { Action, Review } from '../workflow-file/route.ts'

export type Approvers = Pick<Review, 'by' | 'approvals' | 'self'>

/** Who has to approve, and how many: whatever else a review says, it is the same people. */
export const approversIn = ({ by, approvals, self }: Approvers): string =>
  JSON.stringify([by.toSorted(), approvals, self])

/** Where an edit would need more than one of them. */
export const SEVERAL_REVIEWS =
  "Different people would have to approve this, and the rules can't choose among them for what is written by hand. Correct it at its source, or replay it with another event."

type Kind = RenderedAction['kind']

const kindOf = ({ http, slack, email }: Action): Kind =>
  http ? 'http' : slack ? 'slack' : email ? 'email' : 'emit'

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** However it is written: host and path of a call, without method, query, escapes and doubled slashes, and in one case. */
function addressOf(url: string): string {
  const { host, pathname } = URL.parse(url) ?? { host: '', pathname: url }
  return `${host}${decoded(pathname)}`.replaceAll(/\/+/g, '/').replace(/\/$/, '').toLowerCase()
}

/** Where it sends to. */
function placesOf(action: RenderedAction): string[] {
  switch (action.kind) {
    case 'http':
      return [addressOf(action.call.url)]
    case 'slack':
      return [channelNameIn(action.channel)?.toLowerCase() ?? action.channel]
    case 'email':
      return action.to.split(',').map((one) => (/<([^<>]+)>\s*$/.exec(one)?.[1] ?? one).trim().toLowerCase())
    case 'emit':
      return [action.workflow]
    case 'skipped':
      return []
  }
}

const isChannelId = (place: string): boolean => !place.startsWith('#')

/** A channel by its id may be any channel by its name. */
const isSamePlace = (a: RenderedAction, b: RenderedAction): boolean =>
  placesOf(a).some((one) =>
    placesOf(b).some(
      (other) => one === other || (a.kind === 'slack' && isChannelId(one) !== isChannelId(other)),
    ),
  )

/** Of the same people who are asked twice: what both ask for. */
function strictest(all: readonly Approvers[]): Approvers[] {
  const byPeople = new Map<string, Approvers>()
  for (const { by, approvals, self } of all) {
    const people = JSON.stringify(by.toSorted())
    const other = byPeople.get(people) ?? { by, approvals, self }
    byPeople.set(people, {
      by: other.by,
      approvals: Math.max(approvals, other.approvals),
      self: self && other.self,
    })
  }
  return [...byPeople.values()]
}

/** The owners of what a rule decides (null: none does) as approvers; none: they own the edited action themselves. */
function ownersAsked({ definition }: CompiledWorkflow, rule: string | null, own: string): Approvers[] {
  const owners = ownerTexts(definition, rule)
  if (JSON.stringify(owners.toSorted()) === own) return []
  // Whom a record names is chosen by whoever writes the record.
  const named = [owners, definition.owner ?? []].map((texts) => texts.filter((text) => !isFromRecord(text)))
  return [{ by: named.find(({ length }) => length > 0) ?? [OPERATORS], approvals: 1, self: true }]
}

/**
 * Whom the rules would ask about what was written: the approvers or the owner of where they would send it. What stands for no
 * record that is known may be meant for each of them.
 */
function askedByRules(
  compiled: CompiledWorkflow,
  edited: EditedInput,
  { scope, sendsThere }: { scope: Scope; sendsThere: (route: string) => boolean },
): Approvers[] {
  const { definition, decide, review } = compiled
  const decided = decide(scope)
  const isOwn = decided.kind === 'route' && decided.route === edited.route
  const own = isOwn ? JSON.stringify(ownerTexts(definition, decided.rule).toSorted()) : ''
  const record = recordOfEdit(compiled, edited, scope)
  if (!record) {
    // No rule behind one that always holds is reached.
    const rules = definition.rules.filter(({ enabled }) => enabled)
    const last = rules.findIndex(({ when }) => when.trim() === 'true')
    const possible = (last < 0 ? rules : rules.slice(0, last + 1)).flatMap(({ name, route }) => {
      const asked = definition.routes[route]?.review
      if (asked) return [asked]
      return route === edited.route || sendsThere(route) ? [] : ownersAsked(compiled, name, own)
    })
    return last < 0 ? [...possible, ...ownersAsked(compiled, null, own)] : possible
  }
  const changed = { ...scope, record }
  const meant = decide(changed)
  if (meant.kind === 'exception') return ownersAsked(compiled, null, own)
  const asked = review(meant.route, changed)
  if (asked?.needed) return [asked]
  const isSent = meant.route === edited.route || sendsThere(meant.route)
  return isSent ? [] : ownersAsked(compiled, meant.rule, own)
}

/**
 * The reviews of the edited action's own route and of all routes of the workflow that may send to the same place, and whom
 * the rules would ask about what was written, each once. Where the person changed the place, that is every action of its kind;
 * and so is an action whose place cannot be told. None: nobody has to approve it. Several: nothing says which of them it needs.
 */
export function reviewsOfEdit(compiled: CompiledWorkflow, edited: EditedInput, scope: Scope): Approvers[] {
  const { action: render } = compiled
  const { routes } = compiled.definition
  const { route, step, input } = edited
  const own = routes[route]
  const written = own?.actions[step]
  if (!written) return own?.review ? [own.review] : []
  const rendered = (of: string, at: number): RenderedAction | undefined => {
    try {
      return render(of, at, scope, secretPlaceholder)
    } catch {
      return undefined
    }
  }
  const before = rendered(route, step)
  const after = before && withInput(before, input)
  const isElsewhere = !after || placesOf(before).join() !== placesOf(after).join()
  const maySendThere = (of: string, at: number, other: Action): boolean => {
    if (kindOf(other) !== kindOf(written)) return false
    const action = rendered(of, at)
    return isElsewhere || !action || action.kind === 'skipped' || isSamePlace(after, action)
  }
  const reviews = Object.entries(routes).flatMap(([name, { review, actions }]) =>
    review && (name === route || actions.some((other, at) => maySendThere(name, at, other))) ? [review] : [],
  )
  // A route takes the place of the edited one only where it is sure to send there.
  const sendsThere = (name: string): boolean =>
    routes[name]?.actions.some((other, at) => {
      const action = kindOf(other) === kindOf(written) ? rendered(name, at) : undefined
      return action !== undefined && after !== undefined && isSamePlace(after, action)
    }) === true
  const asked = askedByRules(compiled, edited, { scope, sendsThere })
  return strictest([...reviews, ...asked])
}
