// The idempotency key of an action: made of the run its work goes back to, the route and the action, so that it is
// the same over retries, over replays, and when a new version moves the step.
import type { Action } from '../../domain/workflow-file/route.ts'

const inKey = (name: string) => name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60)

/** `root` is the run itself, or for a replay the run it repeats. Names that are alike in a key are told apart by order. */
export function actionKey(root: string, route: string, actions: Action[], step: number): string {
  const name = inKey(actions[step]?.action ?? `step-${step}`)
  const before = actions.slice(0, step).filter(({ action }) => inKey(action) === name).length
  return `${root}.${inKey(route)}.${name}${before === 0 ? '' : `-${before + 1}`}`
}
