// Whose open exceptions: by person with their groups, by what may be approved, by load.
import { findRuns } from '../runs/find-runs.ts'
import type { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { mayAct } from '../people/people.ts'
import { newestStandards } from '../workflows/standards.ts'
import { type ExceptionLine, readLines } from './exception-view.ts'
import { hasStarted } from '../runs/initiators.ts'

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

const MOST_NAMED = 10

export interface NamedException {
  id: string
  runId: string
  workflow: string
  reason: string
}

/** The exceptions that a subject, run or exception id means, newest first: the open ones, else the last that was resolved. */
export async function exceptionsNamed(tx: Tx, text: string): Promise<NamedException[]> {
  const select = { id: true, runId: true, workflowKey: true, reason: true }
  const open = await tx.exception.findMany({
    where: { state: 'open', OR: [{ id: text }, { runId: text }, { run: { subject: text } }] },
    orderBy: { openedAt: 'desc' },
    take: MOST_NAMED,
    select,
  })
  const found = open.length > 0 ? open : await lastResolved(tx, text, select)
  return found.map(({ workflowKey, ...row }) => ({ ...row, workflow: workflowKey }))
}

/** By its runs: there is no index over what resolved exceptions are called. */
async function lastResolved<S extends Prisma.ExceptionSelect>(tx: Tx, text: string, select: S) {
  const runs = await findRuns(tx, { called: text })
  return tx.exception.findMany({
    where: { runId: { in: runs.map(({ id }) => id) } },
    orderBy: { resolvedAt: 'desc' },
    take: 1,
    select,
  })
}
