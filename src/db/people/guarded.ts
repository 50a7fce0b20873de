// What access to a workflow and to a run is decided by, as the database has it.
import type { AccessRules } from '../../domain/workflow-file/access.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { namedIn } from '../../domain/workflow-file/named-owners.ts'
import { withIds } from '../../domain/people/owner.ts'
import { accessWithIds, boundIn } from './name-bindings.ts'
import type { Tx } from '../store/open.ts'

export interface GuardedRow {
  ownerSpec: string
  team: string | null
  channel: string
  /** Owners of rules and routes, approvers, whom it escalates to: as Slack ids. */
  named: string[]
  access: AccessRules
}

/** The workflow as its current version has it; undefined when there is none with this key. */
export async function readGuarded(tx: Tx, key: string): Promise<GuardedRow | undefined> {
  const row = await tx.workflow.findUnique({
    where: { key },
    select: { ownerSpec: true, team: true, channel: true, currentNumber: true },
  })
  if (!row) return undefined
  const { currentNumber, ...workflow } = row
  const version = await tx.workflowVersion.findUniqueOrThrow({
    where: { workflowKey_number: { workflowKey: key, number: currentNumber } },
    select: { id: true, definition: true },
  })
  const owned = await tx.rule.findMany({
    where: { versionId: version.id, owner: { not: null } },
    distinct: ['owner'],
    select: { owner: true },
  })
  const definition = version.definition as unknown as Omit<Definition, 'rules'>
  const ruleOwners = owned.flatMap(({ owner }) => JSON.parse(owner ?? '[]') as string[])
  const bound = await boundIn(tx, version.id)
  return {
    ...workflow,
    named: [...namedIn(definition), ...ruleOwners].map((text) => withIds(text, bound)),
    access: accessWithIds(definition.access, bound),
  }
}

/** Owners of the workflows of this team, as texts. */
export async function ownersOfTeam(tx: Tx, team: string): Promise<string[]> {
  const rows = await tx.workflow.findMany({
    where: { team },
    distinct: ['ownerSpec'],
    select: { ownerSpec: true },
  })
  return rows.map(({ ownerSpec }) => ownerSpec).filter((spec) => spec !== '')
}

/** Who owned or may resolve an exception of this run: they have to read it, whoever the file names now. */
export async function peopleOfRun(tx: Tx, runId: string): Promise<string[]> {
  const rows = await tx.exception.findMany({ where: { runId }, select: { ownerId: true, policy: true } })
  return rows.flatMap(({ ownerId, policy }) => [
    ...(ownerId === null ? [] : [ownerId]),
    ...((policy as { by?: string[] }).by ?? []),
  ])
}
