// Whose review an edited input needs. The rules let a small amount through without one; whoever writes a large one in its
// place, or sends it elsewhere, must not get round the review that the rules ask for of large ones. Pure.
import { type EditedInput, secretPlaceholder, withInput } from './action-input.ts'
import type { CompiledWorkflow, RenderedAction } from './compiled-workflow.ts'
import type { Scope } from './decision.ts'
import { channelNameIn } from './named-channels.ts'
import type { Action, Review } from './route.ts'

/** Who has to approve, and how many: whatever else a review says, it is the same people. */
export const approversIn = ({ by, approvals, self }: Pick<Review, 'by' | 'approvals' | 'self'>): string =>
  JSON.stringify([by.toSorted(), approvals, self])

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

/**
 * The reviews of the edited action's own route and of all routes of the workflow that may send to the same place, each once.
 * Where the person changed the place, that is every action of its kind; and so is an action whose place cannot be told. None:
 * nobody has to approve it. Several: which of them the edit needs is for the rules to say, and they never see it.
 */
export function reviewsOfEdit(
  { definition: { routes }, action: render }: CompiledWorkflow,
  { route, step, input }: EditedInput,
  scope: Scope,
): Review[] {
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
  return [...new Map(reviews.map((review) => [approversIn(review), review])).values()]
}
