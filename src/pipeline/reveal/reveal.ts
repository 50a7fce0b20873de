// Revealing: the masked values of one run, to those who answer for it, and never without a row in the audit.
import { addAudit } from '../../db/audit.ts'
import type { Policy } from '../../db/exceptions.ts'
import type { Database } from '../../db/open.ts'
import { splitOwners } from '../../db/owners.ts'
import { inWords, mayAct } from '../../db/people.ts'
import { readRun } from '../../db/run-view.ts'
import type { JsonValue } from '../../domain/json.ts'
import type { Actor } from '../../domain/settling.ts'

export type RevealAnswer =
  | { kind: 'revealed'; runId: string; values: { field: string; value: JsonValue | undefined }[] }
  /** `who` says in words who may. */
  | { kind: 'not_allowed'; who: string }
  | { kind: 'nothing_masked' }
  | { kind: 'unknown' }

/** The workflow's owner, the owners of the run's exceptions and those who may settle them may look. */
export async function reveal(
  { db, clock }: { db: Database; clock: () => Date },
  { runId, actor }: { runId: string; actor: Actor },
): Promise<RevealAnswer> {
  const run = await readRun(db.prisma, runId, { reveal: true })
  if (!run) return { kind: 'unknown' }
  if (run.masked.length === 0) return { kind: 'nothing_masked' }
  const allowed = [
    ...splitOwners(run.workflow.ownerSpec),
    ...run.exceptions.flatMap(({ ownerId, policy }) => [
      ...(policy as unknown as Policy).by,
      ...(ownerId === null ? [] : [ownerId]),
    ]),
  ]
  if (!(await mayAct(db.prisma, actor.id, allowed))) {
    const who = await inWords(db.prisma, allowed)
    return { kind: 'not_allowed', who: who || 'nobody: the workflow has no owner' }
  }
  // Written before anything is shown: a look that is not in the audit did not happen.
  await db.transaction((tx) =>
    addAudit(tx, {
      at: clock(),
      actor,
      action: 'run.revealed',
      target: runId,
      after: { fields: run.masked },
    }),
  )
  const values = run.masked.map((field) => ({ field, value: run.record?.fields[field] }))
  return { kind: 'revealed', runId, values }
}
