// Finding runs by what people know of them: a subject, a run or event id, or a workflow.
import type { Tx } from './open.ts'

export interface RunLine {
  id: string
  workflow: string
  subject: string | null
  state: string
  outcome: string | null
  reason: string | null
  receivedAt: Date
}

export type RunQuery =
  { subject: string } | { runId: string } | { workflow: string } | { called: string } | { text: string }

const MOST_LINES = 20

/** The run with this id, or that has the event or the exception with it. One OR over the three would read all runs. */
async function runsWithId(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM run WHERE id = ${id} UNION SELECT id FROM run WHERE event_id = ${id}
    UNION SELECT run_id FROM exception WHERE id = ${id}`
  return rows.map((row) => row.id)
}

async function lines(tx: Tx, by: 'subject' | 'id' | 'workflow', value: string): Promise<RunLine[]> {
  const where =
    by === 'subject'
      ? { subject: value }
      : by === 'workflow'
        ? { workflowKey: value }
        : { id: { in: await runsWithId(tx, value) } }
  const rows = await tx.run.findMany({
    where,
    orderBy: { receivedAt: 'desc' },
    take: MOST_LINES,
    include: { outcome: true, exceptions: { where: { state: 'open' } } },
  })
  return rows.map((row) => ({
    id: row.id,
    workflow: row.workflowKey,
    subject: row.subject,
    state: row.state,
    outcome: row.outcome?.kind ?? null,
    reason: row.exceptions[0]?.reason ?? null,
    receivedAt: row.receivedAt,
  }))
}

/** Newest first, at most twenty. `called`: by id, else by subject; `text`: else by workflow too. */
export async function findRuns(tx: Tx, query: RunQuery): Promise<RunLine[]> {
  if ('subject' in query) return lines(tx, 'subject', query.subject)
  if ('runId' in query) return lines(tx, 'id', query.runId)
  if ('workflow' in query) return lines(tx, 'workflow', query.workflow)
  const [text, ways] =
    'called' in query
      ? [query.called, ['id', 'subject'] as const]
      : [query.text, ['id', 'subject', 'workflow'] as const]
  for (const by of ways) {
    const found = await lines(tx, by, text)
    if (found.length > 0) return found
  }
  return []
}
