// Who owns a run: known from its decision on, and whoever takes over its exception after that.
import type { Tx } from '../store/open.ts'

export interface OwnedRun {
  runId: string
  ownerId: string
}

/** What takes an exception over takes its run over. Runs that are over stay with whom they were. */
export async function ownRuns(tx: Tx, owned: readonly OwnedRun[]): Promise<void> {
  if (owned.length === 0) return
  await tx.$executeRaw`
    /* own_runs */ UPDATE run SET owner_id = t."ownerId"
    FROM json_to_recordset(${JSON.stringify(owned)}::json) AS t("runId" text, "ownerId" text)
    WHERE run.id = ANY(${owned.map(({ runId }) => runId)}::text[]) AND run.id = t."runId"
      AND run.owner_id IS DISTINCT FROM t."ownerId" AND run.state <> 'ended'`
}
