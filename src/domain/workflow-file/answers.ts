// Answers that a file keeps of its actions, by the names it gives them.
import type { Definition } from './definition.ts'

type Part = Pick<Definition, 'routes'>

/** Every name, of whatever route. */
export const answerNames = ({ routes }: Part): string[] => [
  ...new Set(Object.values(routes).flatMap(({ actions }) => actions.flatMap(({ as }) => as ?? []))),
]

/** Whether a route keeps any. */
export const keepsAnswers = ({ routes }: Part, route: string): boolean =>
  routes[route]?.actions.some(({ as }) => as !== undefined) === true
