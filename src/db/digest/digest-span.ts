// What a digest counts: a stretch of time, over all workflows or those of one team.
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

export interface Span {
  start: Date
  end: Date
  /** Keys; undefined: every workflow. */
  workflows?: readonly string[] | undefined
}

type Column = 'workflow_key' | `${string}.workflow_key`

/** The condition that keeps to these workflows; none where all count, so that the plan stays the same. */
export const among = (column: Column, workflows: Span['workflows']): Prisma.Sql =>
  workflows ? Prisma.sql`AND ${Prisma.raw(column)} = ANY(${[...workflows]}::text[])` : Prisma.empty

/** The workflows that are this team's now; undefined, so all of them, for no team. */
export async function workflowsOfTeam(tx: Tx, team: string | null): Promise<string[] | undefined> {
  if (team === null) return undefined
  const rows = await tx.workflow.findMany({ where: { team }, select: { key: true }, orderBy: { key: 'asc' } })
  return rows.map(({ key }) => key)
}

/** The teams that have a workflow, by name. */
export async function teamsThere(tx: Tx): Promise<string[]> {
  const rows = await tx.workflow.findMany({
    where: { team: { not: null } },
    distinct: ['team'],
    select: { team: true },
    orderBy: { team: 'asc' },
  })
  return rows.flatMap(({ team }) => team ?? [])
}
