// Conditions over recorded runs that hold masked values. How many a condition holds for, and which a changed rule moves, tells
// what is masked, a letter at a time; copies of it that are not masked tell it too. So only the workflow's owner asks them,
// who may reveal every run, and the audit keeps what was asked.
import { addAudit } from '../../db/audit/audit.ts'
import { readGuarded } from '../../db/people/guarded.ts'
import type { Tx } from '../../db/store/open.ts'
import { splitOwners } from '../../db/people/owners.ts'
import { inWords, mayAct } from '../../db/people/people.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

/** Who may ask conditions of runs with masked fields, in words, should this person not. */
export async function refusalToAsk(tx: Tx, workflow: string, actorId: string): Promise<string | undefined> {
  const owners = splitOwners((await readGuarded(tx, workflow))?.ownerSpec ?? '')
  if (await mayAct(tx, actorId, owners)) return undefined
  return (await inWords(tx, owners)) || 'nobody: the workflow has no owner'
}

interface Asked {
  workflow: string
  actor: Actor
  at: Date
  /** What was asked. */
  what: JsonObject
  masked: string[]
}

export const noteAsked = (tx: Tx, { workflow, actor, at, what, masked }: Asked): Promise<void> =>
  addAudit(tx, { at, actor, action: 'runs.asked', target: workflow, after: { ...what, masked } })
