// Drafts: a workflow's rules as people change them in Slack. One a workflow, so that two people see one another.
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Tx } from '../store/open.ts'

export interface StoredDraft {
  workflow: string
  /** The version number it was begun from. */
  basedOn: number
  definition: Definition
  revision: number
  startedBy: string
  changedBy: string
  changedAt: Date
}

export async function readDraft(tx: Tx, workflow: string): Promise<StoredDraft | undefined> {
  const row = await tx.draft.findUnique({ where: { workflowKey: workflow } })
  if (!row) return undefined
  const { workflowKey, definition, startedAt: _startedAt, ...rest } = row
  return { workflow: workflowKey, definition: definition as unknown as Definition, ...rest }
}

/** The same, held until the transaction ends: of two people who change it at once, one waits. */
export async function lockDraft(tx: Tx, workflow: string): Promise<StoredDraft | undefined> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`signalbox draft ${workflow}`}))`
  return readDraft(tx, workflow)
}

export interface DraftChange {
  workflow: string
  basedOn: number
  definition: Definition
  by: string
  at: Date
}

/** Begins a draft, or writes its next revision. */
export async function writeDraft(tx: Tx, { workflow, basedOn, definition, by, at }: DraftChange) {
  await tx.draft.upsert({
    where: { workflowKey: workflow },
    create: {
      workflowKey: workflow,
      basedOn,
      definition,
      startedBy: by,
      startedAt: at,
      changedBy: by,
      changedAt: at,
    },
    update: { definition, changedBy: by, changedAt: at, revision: { increment: 1 } },
  })
}

/** A draft that was changed since this revision stays. */
export async function dropDraft(tx: Tx, workflow: string, revision: number): Promise<void> {
  await tx.draft.deleteMany({ where: { workflowKey: workflow, revision } })
}
