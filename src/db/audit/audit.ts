// The audit: who did what, from which surface, with what before and after. Rows are only ever added.
import type { JsonValue } from '../../domain/values/json.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { labelsOf } from '../people/people.ts'
import { redactorsOf } from '../runs/redact-run.ts'

/** Says which runs were emptied of what, by whom: the only row that lets words be gone. */
export const RUNS_EMPTIED = 'runs.emptied'

export interface AuditEntry {
  at: Date
  actor: Actor
  action: string
  /** What was acted on: a run, exception, workflow … id. */
  target: string
  runId?: string
  before?: Prisma.InputJsonValue | undefined
  after?: Prisma.InputJsonValue | undefined
  note?: string | null | undefined
}

const rowOf = ({ actor, before, after, note = null, ...entry }: AuditEntry) => {
  const changed = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
  return { ...entry, ...changed, note, actor: actor.id, surface: actor.surface }
}

export async function addAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.audit.create({ data: rowOf(entry) })
}

/** Several rows in one statement. Each is chained to the one before it. */
export async function addAudits(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  await tx.audit.createMany({ data: entries.map(rowOf) })
}

export interface AuditLine extends Pick<AuditEntry, 'at' | 'action' | 'target'> {
  id: bigint
  actor: string
  surface: string
  /** `@ada`, or the actor as written where it is nobody of Slack. */
  actorLabel: string
  runId: string | null
  before: unknown
  after: unknown
  note: string | null
  /** What it said was erased on request; that it was said, by whom and when, stays. */
  isErased: boolean
}

/** A login at the command line is found whatever its host, and whomever it said to be. */
const actedBy = (actor: string) =>
  actor.startsWith('cli:')
    ? { OR: [{ actor }, { actor: { startsWith: `${actor}@` } }, { actor: { startsWith: `${actor} as ` } }] }
    : { actor }

/**
 * Rows with what is secret or personal masked, newest first: of a run (with those about its exceptions), of an actor, or all.
 */
export async function listAudit(
  tx: Tx,
  of: { runId?: string; actor?: string; most: number },
): Promise<AuditLine[]> {
  const rows = await tx.audit.findMany({
    where: { ...(of.runId ? { runId: of.runId } : {}), ...(of.actor ? actedBy(of.actor) : {}) },
    orderBy: { id: 'desc' },
    take: of.most,
  })
  const labels = await labelsOf(tx, [...new Set(rows.map(({ actor }) => actor))])
  const masks = await redactorsOf(
    tx,
    rows.flatMap(({ runId }) => runId ?? []),
  )
  const masked = (runId: string | null, value: unknown) =>
    (runId === null ? undefined : masks.get(runId))?.value(value as JsonValue) ?? value
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: row.actor,
    actorLabel: labels.get(row.actor) ?? row.actor,
    surface: row.surface,
    action: row.action,
    target: row.target,
    runId: row.runId,
    before: masked(row.runId, row.before),
    after: masked(row.runId, row.after),
    note: masked(row.runId, row.note) as string | null,
    isErased: row.salt === null,
  }))
}

/** Heads of the chain that digests noted when they were submitted. */
export async function notedHeads(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ head: string }[]>`
    SELECT DISTINCT figures #>> '{auditHead,hash}' AS head FROM digest
    WHERE figures #>> '{auditHead,hash}' IS NOT NULL`
  return rows.map(({ head }) => head)
}
