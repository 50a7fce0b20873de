// Where routes of a definition lead on to others without a rule.
import type { Definition } from './definition.ts'

export interface Lead {
  from: string
  to: string
  /** Where it stands in the file. */
  path: readonly (string | number)[]
  /** Values that are known there by it. */
  gives: string[]
}

export const leadsOf = ({ routes }: Pick<Definition, 'routes'>): Lead[] =>
  Object.entries(routes).flatMap(([from, { exception, declined, timeout }]) => [
    ...Object.entries({ declined, timeout }).flatMap(([key, leads]): Lead[] =>
      leads?.route === undefined
        ? []
        : [{ from, to: leads.route, path: ['routes', from, key, 'route'], gives: [] }],
    ),
    ...(exception?.choices ?? []).flatMap(({ route: to, form }, at): Lead[] =>
      to === undefined
        ? []
        : [
            {
              from,
              to,
              path: ['routes', from, 'exception', 'choices', at, 'route'],
              gives: form?.required ?? [],
            },
          ],
    ),
  ])
