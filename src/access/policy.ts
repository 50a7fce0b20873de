// Who may do what with a workflow's runs. Pure: the names that are allowed, from what the files say.
import type { AccessRules, Right } from '../domain/workflow-file/access.ts'
import { OPERATORS } from '../domain/people/owner.ts'

/** What access to a workflow is decided by. All names are owner texts (`@ada`, `role:leads`, `U…`). */
export interface Guarded {
  /** Who answers for the workflow. */
  owner: readonly string[]
  /** Everybody else whom its file names: owners of rules and routes, approvers, whom it escalates to. */
  named: readonly string[]
  /** Owners of the workflows of the same team. */
  teamOwners: readonly string[]
  /** `access:` of the workflow, then of signalbox.yaml. */
  rules: AccessRules
  standardRules: AccessRules
}

/** Those who may, as owner texts and audiences; the first rule that is written counts: the workflow's, signalbox.yaml's, ours. */
export function allowedTo(right: Right, guarded: Guarded): string[] {
  const { owner, named, teamOwners, rules, standardRules } = guarded
  const always = [...owner, OPERATORS]
  const written = (of: Right) => rules[of] ?? standardRules[of]
  const readers = [...always, ...named, ...(written('read') ?? ['channel', ...teamOwners])]
  const all: Record<Right, () => readonly string[]> = {
    read: () => readers,
    start: () => {
      const initiators = written('start')
      return initiators ? [...always, ...initiators] : readers
    },
    replay: () => [...always, ...(written('replay') ?? [])],
  }
  return [...new Set(all[right]())]
}

/** Digests are read by the members of their channel, and by: */
export const DIGEST_READERS = ['role:leadership', OPERATORS]
