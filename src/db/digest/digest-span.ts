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

/** The exceptions that stood open at this moment; of what was resolved an hour later, only what was open for an hour can have. */
export function stoodOpenAt(at: Date): Prisma.Sql {
  const hourLater = new Date(at.getTime() + 3_600_000)
  return Prisma.sql`
    SELECT * FROM (
      SELECT * FROM exception WHERE state = 'open' UNION ALL
      SELECT * FROM exception WHERE resolved_at >= ${at}::timestamptz AND resolved_at < ${hourLater}::timestamptz UNION ALL
      SELECT * FROM exception
      WHERE resolved_at >= ${hourLater}::timestamptz AND resolved_at - opened_at >= interval '1 hour'
    ) AS stood WHERE opened_at < ${at}::timestamptz`
}

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
