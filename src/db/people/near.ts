// What is near to a name that nothing has: for "did you mean".
import { nearestOf } from '../../domain/text/nearest.ts'
import { readEntries } from './members.ts'
import type { Tx } from '../store/open.ts'

const MOST = 5
// Words in the middle, and slips, are looked for among the newest runs only: no index finds them.
const NEWEST_OF_EACH = 2000
const MOST_WITH_START = 1000
const MOST_OPEN = 500

/** Whether whoever asks may read runs of this workflow: a name that is near is told to nobody else. */
export type MayRead = (workflow: string) => Promise<boolean>

async function readable(
  names: string[],
  workflowsOf: ReadonlyMap<string, readonly string[]>,
  mayRead: MayRead,
): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    if (found.length === MOST) break
    for (const workflow of workflowsOf.get(name) ?? []) {
      if (!(await mayRead(workflow))) continue
      found.push(name)
      break
    }
  }
  return found
}

/** Subjects near to what was asked for: the same start, or (of late) containing it, or a slip away; newest first. */
export async function nearSubjects(tx: Tx, text: string, mayRead: MayRead): Promise<string[]> {
  const start = `${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const rows = await tx.$queryRaw<{ subject: string; fits: boolean; workflows: string[] }[]>`
    SELECT subject, bool_or(fits) AS fits, array_agg(DISTINCT workflow_key) AS workflows FROM (
      (SELECT subject, workflow_key, received_at, true AS fits FROM run WHERE subject LIKE ${start} LIMIT ${MOST_WITH_START})
      UNION ALL
      SELECT late.subject, w.key, late.received_at, late.subject LIKE ${`%${start}`} FROM workflow w CROSS JOIN LATERAL (
        SELECT subject, received_at FROM run WHERE workflow_key = w.key AND subject IS NOT NULL
        ORDER BY received_at DESC LIMIT ${NEWEST_OF_EACH}
      ) late
    ) near GROUP BY subject ORDER BY max(received_at) DESC`
  const fitting = rows.flatMap(({ subject, fits }) => (fits ? [subject] : []))
  const slips = nearestOf(
    text,
    rows.map(({ subject }) => subject),
  )
  const workflowsOf = new Map(rows.map(({ subject, workflows }) => [subject, workflows]))
  return readable([...new Set([...fitting, ...slips])], workflowsOf, mayRead)
}

/** The same among what waits for a person. */
export async function nearOpenSubjects(tx: Tx, text: string, mayRead: MayRead): Promise<string[]> {
  const rows = await tx.exception.findMany({
    where: { state: 'open', run: { subject: { not: null } } },
    orderBy: { openedAt: 'desc' },
    take: MOST_OPEN,
    select: { workflowKey: true, run: { select: { subject: true } } },
  })
  const workflowsOf = new Map<string, string[]>()
  for (const { run, workflowKey } of rows)
    if (run.subject !== null)
      workflowsOf.set(run.subject, [...(workflowsOf.get(run.subject) ?? []), workflowKey])
  const subjects = [...workflowsOf.keys()]
  const containing = subjects.filter((subject) => subject.toLowerCase().includes(text.toLowerCase()))
  return readable([...new Set([...containing, ...nearestOf(text, subjects)])], workflowsOf, mayRead)
}

/** Members and groups of ours whose handle is near to this one, as @handles. */
export async function nearHandles(tx: Tx, who: string): Promise<string[]> {
  const entries = (await readEntries(tx)) ?? []
  const handles = entries.flatMap(({ handle, isGone }) => (isGone ? [] : handle))
  return nearestOf(who.replace(/^@/, ''), handles)
    .slice(0, MOST)
    .map((handle) => `@${handle}`)
}
