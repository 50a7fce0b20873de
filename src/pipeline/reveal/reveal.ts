// Revealing: the masked values of one run, and what its approvers are asked to let be sent, to those who answer for it; never
// without a row in the audit.
import { addAudit } from '../../db/audit/audit.ts'
import type { Policy } from '../../db/exceptions/exceptions.ts'
import type { Database } from '../../db/store/open.ts'
import { type OriginalBody, originalBody } from '../../db/runs/original-body.ts'
import { splitOwners } from '../../db/people/owners.ts'
import { inWords, mayAct } from '../../db/people/people.ts'
import { readRun, type RunView } from '../../db/runs/run-view.ts'
import { type Cover, type CoverChange, coverIn } from '../../domain/exceptions/approval.ts'
import { coverChangesIn } from '../../domain/exceptions/approval-words.ts'
import type { JsonValue } from '../../domain/values/json.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'

export type RevealAnswer =
  | {
      kind: 'revealed'
      runId: string
      values: { field: string; value: JsonValue | undefined }[]
      approval: RevealedApproval | null
      event: OriginalBody & { contentType: string }
    }
  /** `who` says in words who may. */
  | { kind: 'not_allowed'; who: string }
  | { kind: 'nothing_masked' }
  | { kind: 'unknown' }

/** What an approval of this run covers, unmasked: the open one, or else the last. */
export interface RevealedApproval {
  isOpen: boolean
  /** What differs from what was approved before; empty: nothing was. */
  changes: CoverChange[]
  covers: Cover
}

function approvalOf({ exceptions }: RunView): RevealedApproval | null {
  const approvals = exceptions.flatMap(({ state, data }) => {
    const covers = coverIn(data, 'covers')
    return covers ? [{ isOpen: state === 'open', changes: coverChangesIn(data), covers }] : []
  })
  return approvals.findLast(({ isOpen }) => isOpen) ?? approvals.at(-1) ?? null
}

/** The workflow's owner, the owners of the run's exceptions and those who may resolve them may look. */
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
  const original = await originalBody(db.prisma, runId, { reveal: true })
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
  const event = { contentType: run.event.contentType, ...original }
  return { kind: 'revealed', runId, values, approval: approvalOf(run), event }
}
