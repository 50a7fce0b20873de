// Every place in a definition where people, groups or roles are named as they are, not by an expression.
import { type AccessRules, rights, isAudience } from './access.ts'
import type { Definition } from './definition.ts'

type Path = readonly (string | number)[]
export type NamedOwner = { text: string; path: Path }

const of = (names: readonly string[] | undefined, path: Path): NamedOwner[] =>
  (names ?? []).filter((text) => !text.includes('${')).map((text, at) => ({ text, path: [...path, at] }))

export const namedOwners = (definition: Definition): NamedOwner[] => {
  const steps = (sla: Definition['sla'], path: Path): NamedOwner[] =>
    (sla?.escalate ?? []).flatMap((step, at) => of(step.to, [...path, 'escalate', at, 'to']))
  return [
    ...of(definition.owner, ['owner']),
    ...definition.rules.flatMap((rule, at) => of(rule.owner, ['rules', at, 'owner'])),
    ...Object.entries(definition.routes).flatMap(([name, route]) => [
      ...of(route.owner, ['routes', name, 'owner']),
      ...of(route.review?.by, ['routes', name, 'review', 'by']),
      ...steps(route.sla, ['routes', name, 'sla']),
    ]),
    ...steps(definition.sla, ['sla']),
  ]
}

/** The file's own texts of the owners that a decision names: the rule's, else the route's, else the workflow's. */
export const ownerTexts = (definition: Definition, rule: string | null): readonly string[] => {
  const decided = definition.rules.find(({ name }) => name === rule)
  const ofRoute = decided && definition.routes[decided.route]?.owner
  return decided?.owner ?? ofRoute ?? definition.owner ?? []
}

/** The people, groups and roles that `access:` names. */
export const namedInAccess = (access: AccessRules | undefined): NamedOwner[] =>
  rights.flatMap((right) => of(access?.[right], ['access', right]).filter(({ text }) => !isAudience(text)))

/** Those who own, approve or are escalated to, without the rules' owners, which are rows of their own. */
export const namedIn = (definition: Omit<Definition, 'rules'>): string[] =>
  namedOwners({ ...definition, rules: [] }).map(({ text }) => text)
