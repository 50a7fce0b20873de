// Whose review an edited input needs. The rules let a small amount through without one; whoever writes a large one in its
// place, or sends it elsewhere, must not get round the review that the rules ask for of large ones. Pure.
import { type EditedInput, inputOfAction, secretPlaceholder, withInput } from './action-input.ts'
import { canonicalJson } from '../values/canonical.ts'
import type { CompiledWorkflow, RenderedAction } from '../compile/compiled-workflow.ts'
import type { Scope } from '../rules/decision.ts'
import { ownerTexts } from '../workflow-file/named-owners.ts'
import { OPERATORS } from '../people/owner.ts'
import { isFromRecord } from '../people/owner-from-record.ts'
import { meaningOfEdit, type MeaningOfEdit } from './meaning-of-edit.ts'
import { isSamePlace, kindOf, placesOf } from './places-of-action.ts'
import type { Action, Review } from '../workflow-file/route.ts'

export type Approvers = Pick<Review, 'by' | 'approvals' | 'self'>

/** Who has to approve, and how many: whatever else a review says, it is the same people. */
export const approversIn = ({ by, approvals, self }: Approvers): string =>
  JSON.stringify([by.toSorted(), approvals, self])

/** Where an edit would need more than one of them. */
const SEVERAL_REVIEWS =
  "Different people would have to approve this, and the rules can't choose among them for what is written by hand. Correct it at its source, or replay it with another event."

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

interface Asking {
  scope: Scope
  meaning: Exclude<MeaningOfEdit, { kind: 'stopped' }>
  /** Whether a route is sure to send there, whatever its record. */
  sendsThere: (route: string) => boolean
  /** Whether a route sends what was written, with this record. */
  sendsThat: (route: string, record: Scope) => boolean
}

/**
 * Whom the rules would ask about what was written: the approvers or the owner of where they would send it. What stands for no
 * record that is known may be meant for each of them, and for whom fields and lookups would ask before any rule.
 */
function askedByRules(
  compiled: CompiledWorkflow,
  edited: EditedInput,
  { scope, meaning, sendsThere, sendsThat }: Asking,
): Approvers[] {
  const { definition, decide, review } = compiled
  const decided = decide(scope)
  const isOwn = decided.kind === 'route' && decided.route === edited.route
  const own = isOwn ? JSON.stringify(ownerTexts(definition, decided.rule).toSorted()) : ''
  if (meaning.kind === 'unknown') {
    // No rule behind one that always holds is reached.
    const rules = definition.rules.filter(({ enabled }) => enabled)
    const last = rules.findIndex(({ when }) => when.trim() === 'true')
    const possible = (last < 0 ? rules : rules.slice(0, last + 1)).flatMap(({ name, route }) => {
      const asked = definition.routes[route]?.review
      if (asked) return [asked]
      return route === edited.route || sendsThere(route) ? [] : ownersAsked(compiled, name, own)
    })
    return [...possible, ...ownersAsked(compiled, null, own)]
  }
  // What the edited call agrees to is not what is sent behind it.
  const behind = meaning.behind === undefined ? [] : ownersAsked(compiled, null, own)
  const changed = { ...scope, record: meaning.record }
  const meant = decide(changed)
  if (meant.kind === 'exception') return ownersAsked(compiled, null, own)
  const asked = review(meant.route, changed)
  if (asked?.needed) return [asked, ...behind]
  const isSent = meant.route === edited.route || sendsThat(meant.route, changed)
  return [...(isSent ? [] : ownersAsked(compiled, meant.rule, own)), ...behind]
}

export type ReviewsOfEdit =
  /** None: nobody has to approve it. Several: nothing says which of them it needs. */
  | { kind: 'asks'; reviews: Approvers[] }
  /** An event that says the same would not get as far as being sent. */
  | { kind: 'refused'; because: string }

/**
 * The reviews of the edited action's own route and of all routes of the workflow that may send to the same place, and whom
 * the rules would ask about what was written, each once. Where the person changed the place, that is every action of its kind;
 * and so is an action whose place cannot be told.
 */
export function reviewsOfEdit(compiled: CompiledWorkflow, edited: EditedInput, scope: Scope): ReviewsOfEdit {
  const { action: render } = compiled
  const { routes } = compiled.definition
  const { route, step, input } = edited
  const own = routes[route]
  const written = own?.actions[step]
  const ofRoute: ReviewsOfEdit = { kind: 'asks', reviews: own?.review ? [own.review] : [] }
  if (!written) return ofRoute
  const rendered = (of: string, at: number, as: Scope): RenderedAction | undefined => {
    try {
      return render(of, at, as, secretPlaceholder)
    } catch {
      return undefined
    }
  }
  const before = rendered(route, step, scope)
  const after = before && withInput(before, input)
  // By now its condition does not hold: nothing of it is sent.
  if (after?.kind === 'skipped') return ofRoute
  const meaning = meaningOfEdit(compiled, edited, scope)
  if (meaning.kind === 'stopped') return { kind: 'refused', because: meaning.because }
  const changed = meaning.kind === 'record' ? { ...scope, record: meaning.record } : scope
  const isElsewhere = !after || placesOf(before).join() !== placesOf(after).join()
  const maySendThere = (of: string, at: number, other: Action): boolean => {
    if (kindOf(other) !== kindOf(written)) return false
    const action = rendered(of, at, scope)
    if (isElsewhere || !action || action.kind === 'skipped' || isSamePlace(after, action)) return true
    const meant = rendered(of, at, changed)
    return !meant || isSamePlace(after, meant)
  }
  const reviews = Object.entries(routes).flatMap(([name, { review, actions }]) =>
    review && (name === route || actions.some((other, at) => maySendThere(name, at, other))) ? [review] : [],
  )
  const sendingThere = (
    name: string,
    as: Scope,
    isSure: (other: Action, action: RenderedAction) => boolean,
  ) =>
    routes[name]?.actions.some((other, at) => {
      const action = kindOf(other) === kindOf(written) ? rendered(name, at, as) : undefined
      return (
        action !== undefined && after !== undefined && isSamePlace(after, action) && isSure(other, action)
      )
    }) === true
  // A route takes the place of the edited one only where it is sure to send there, and the same where that can be told.
  const asked = askedByRules(compiled, edited, {
    scope,
    meaning,
    sendsThere: (name) => sendingThere(name, scope, ({ when }) => when === undefined),
    sendsThat: (name, as) => sendingThere(name, as, (_, action) => isSameInput(action, after)),
  })
  return { kind: 'asks', reviews: strictest([...reviews, ...asked]) }
}

const methodOf = (action: RenderedAction | undefined): string | undefined =>
  action?.kind === 'http' ? action.call.method : undefined

const isSameInput = (a: RenderedAction, b: RenderedAction | undefined): boolean =>
  b !== undefined &&
  methodOf(a) === methodOf(b) &&
  canonicalJson(inputOfAction(a) ?? null) === canonicalJson(inputOfAction(b) ?? null)

export type ReviewOfEdit =
  /** null: nobody has to approve it. */
  { kind: 'asks'; review: Approvers | null } | Extract<ReviewsOfEdit, { kind: 'refused' }>

/** The one review that an edit needs, or why it cannot be sent. */
export function reviewOfEdit(compiled: CompiledWorkflow, edited: EditedInput, scope: Scope): ReviewOfEdit {
  const found = reviewsOfEdit(compiled, edited, scope)
  if (found.kind === 'refused') return found
  const [review = null, another] = found.reviews
  return another ? { kind: 'refused', because: SEVERAL_REVIEWS } : { kind: 'asks', review }
}
