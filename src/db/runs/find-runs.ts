// Finding runs by what people know of them: a subject, a run or event id, or a workflow.
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

export interface RunLine {
  id: string
  workflow: string
  subject: string | null
  state: string
  outcome: string | null
  reason: string | null
  /** `@ada`; null: nobody has it yet. */
  owner: string | null
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

// One statement as it is written: for the first of another kind in a process, Prisma takes longer than a command may.
const linesWhere = (tx: Tx, where: Prisma.Sql): Promise<RunLine[]> =>
  tx.$queryRaw<RunLine[]>`
    SELECT r.id, r.workflow_key AS workflow, r.subject, r.state, o.kind AS outcome,
      (SELECT reason FROM exception WHERE run_id = r.id AND state = 'open') AS reason,
      '@' || coalesce(p.handle, g.handle) AS owner, r.received_at AS "receivedAt"
    FROM run r LEFT JOIN outcome o ON o.run_id = r.id
      LEFT JOIN person p ON p.id = r.owner_id LEFT JOIN person_group g ON g.id = r.owner_id
    WHERE ${where} ORDER BY r.received_at DESC LIMIT ${MOST_LINES}`

async function lines(tx: Tx, by: 'subject' | 'id' | 'workflow', value: string): Promise<RunLine[]> {
  if (by === 'subject') return linesWhere(tx, Prisma.sql`r.subject = ${value}`)
  if (by === 'workflow') return linesWhere(tx, Prisma.sql`r.workflow_key = ${value}`)
  const ids = await runsWithId(tx, value)
  return ids.length === 0 ? [] : linesWhere(tx, Prisma.sql`r.id = ANY(${ids})`)
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
