// Whose open exceptions: by person with their groups, by what may be approved, by load.
import type { Tx } from './open.ts'
import { mayAct, newestStandards } from './people.ts'
import { type ExceptionLine, readLines } from './exception-view.ts'
import { hasStarted } from './starters.ts'

/** The person and the groups they are in: what can own something that is theirs to do. */
export async function ownersFor(tx: Tx, personId: string): Promise<string[]> {
  const groups = await tx.personGroup.findMany({
    where: { members: { has: personId } },
    select: { id: true },
  })
  return [personId, ...groups.map(({ id }) => id)]
}

const MOST_REVIEWS = 50

/** Reviews that this person may approve and does not own. */
export async function reviewsFor(tx: Tx, personId: string, owners: string[]): Promise<ExceptionLine[]> {
  const where = { state: 'open', reason: 'approval_required', NOT: { ownerId: { in: owners } } }
  const lines = await readLines(tx, { where, take: MOST_REVIEWS })
  const standards = await newestStandards(tx)
  const found: ExceptionLine[] = []
  for (const line of lines) {
    const { by = [], self = false } = line.policy as { by?: string[]; self?: boolean }
    if (!self && (await hasStarted(tx, line.runId, personId))) continue
    if (await mayAct(tx, personId, by, standards)) found.push(line)
  }
  return found
}

export interface Load {
  ownerId: string
  open: number
  overdue: number
}

/** Open exceptions of each owner. */
export async function wholeLoad(tx: Tx, at: Date): Promise<Load[]> {
  return tx.$queryRaw<Load[]>`
    SELECT owner_id AS "ownerId", count(*)::int AS open, count(*) FILTER (WHERE due_at < ${at})::int AS overdue
    FROM exception WHERE state = 'open' AND owner_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 20`
}

/** Open exceptions of each member of the groups this person is in. */
export async function teamLoad(tx: Tx, personId: string, at: Date): Promise<Load[]> {
  return tx.$queryRaw<Load[]>`
    WITH mates AS (
      SELECT DISTINCT unnest(members) AS id FROM person_group WHERE ${personId} = ANY(members)
      UNION SELECT id FROM person_group WHERE ${personId} = ANY(members)
    )
    SELECT e.owner_id AS "ownerId", count(*)::int AS open, count(*) FILTER (WHERE e.due_at < ${at})::int AS overdue
    FROM exception e JOIN mates ON mates.id = e.owner_id WHERE e.state = 'open'
    GROUP BY 1 ORDER BY 2 DESC LIMIT 20`
}

/** The open exception that a subject, run or exception id means. Several: the newest. */
export async function openExceptionNamed(tx: Tx, text: string): Promise<string | undefined> {
  const row = await tx.exception.findFirst({
    where: { state: 'open', OR: [{ id: text }, { runId: text }, { run: { subject: text } }] },
    orderBy: { openedAt: 'desc' },
    select: { id: true },
  })
  return row?.id
}
