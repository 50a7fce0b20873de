// Whose review an edited input needs. The rules let a small amount through without one; whoever writes a large one in its
// place must not get round the review that the rules ask for of large ones. Pure.
import type { Action, Review, Route } from './route.ts'

/** Where an action sends to, as the file writes it. */
function placeOf({ http, slack, email, emit }: Action): string {
  if (http) return `${http.method ?? 'POST'} ${http.url}`
  if (slack) return `slack ${slack.channel}`
  return email ? `mail to ${email.to}` : `starts ${emit?.workflow ?? ''}`
}

/**
 * The review of the edited action's own route; else, of all routes of the workflow that send to the same place under a
 * review, the one that asks for most approvals. undefined: nobody has to approve it.
 */
export function reviewOfEdit(
  routes: Record<string, Pick<Route, 'actions' | 'review'>>,
  { route, step }: { route: string; step: number },
): Review | undefined {
  const own = routes[route]
  const action = own?.actions[step]
  if (own?.review || !action) return own?.review
  const reviews = Object.values(routes).flatMap(({ review, actions }) =>
    review && actions.some((one) => placeOf(one) === placeOf(action)) ? [review] : [],
  )
  return reviews.toSorted((a, b) => b.approvals - a.approvals)[0]
}
