// Back to a version that was published before.
import { addAudit } from '../../db/audit/audit.ts'
import type { Database } from '../../db/store/open.ts'
import { newestStandardsAsWritten } from '../../db/workflows/standards.ts'
import { findVersion, lockPublishing, pointAt } from '../../db/workflows/workflows.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

export type RolledBack =
  | { kind: 'rolled_back'; from: number; to: number }
  | { kind: 'unknown_workflow' }
  | { kind: 'unknown_version'; numbers: number }
  | { kind: 'is_current' }
  /** That version takes from a source that is not there any more: nothing would reach it. */
  | { kind: 'unknown_source'; source: string }

export interface Rollback {
  workflow: string
  to: number
  actor: Actor
  at: Date
  note?: string
}

/** Points a workflow at one of its earlier (or later) versions. Runs in flight keep the one they began with. */
export async function rollBack(db: Database, rollback: Rollback): Promise<RolledBack> {
  const { workflow, to, actor, at, note } = rollback
  return db.transaction(async (tx) => {
    await lockPublishing(tx)
    const row = await tx.workflow.findUnique({
      where: { key: workflow },
      include: { _count: { select: { versions: true } } },
    })
    if (!row) return { kind: 'unknown_workflow' }
    const version = await findVersion(tx, workflow, to)
    if (!version) return { kind: 'unknown_version', numbers: row._count.versions }
    if (row.currentNumber === to) return { kind: 'is_current' }
    const { source } = version.definition.trigger
    if (source !== undefined && !Object.hasOwn((await newestStandardsAsWritten(tx)).sources, source))
      return { kind: 'unknown_source', source }
    await pointAt(tx, version)
    await addAudit(tx, {
      at,
      actor,
      action: 'workflow.rolled_back',
      target: workflow,
      before: { number: row.currentNumber },
      after: { number: to },
      note,
    })
    return { kind: 'rolled_back', from: row.currentNumber, to }
  })
}
