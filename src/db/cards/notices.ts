// Notices: one line in the card's thread for each thing a person did about an exception. A notice is a card row whose
// subject is the audit row, so it is posted as surely and as once as the card itself.
import { randomUUID } from 'node:crypto'
import type { JsonValue } from '../../domain/values/json.ts'
import type { Tx } from '../store/open.ts'
import { redactorsOf } from '../runs/redact-run.ts'

const PREFIX = 'audit:'

/** Asks for the lines that the audit of this exception has and its thread does not. Resolves with how many are new. */
export async function wantNotices(tx: Tx, exceptionId: string, at: Date): Promise<number> {
  const rows = await tx.audit.findMany({
    where: { target: exceptionId, action: { startsWith: 'exception.' } },
    select: { id: true },
  })
  const subjects = rows.map(({ id }) => `${PREFIX}${id}`)
  if (subjects.length === 0) return 0
  return tx.$executeRaw`
    INSERT INTO "card" ("id", "kind", "subject_id", "channel", "next_try_at", "created_at")
    SELECT t.id, 'notice', t.subject, c."channel", ${at}, ${at}
    FROM unnest(${subjects.map(() => randomUUID())}::text[], ${subjects}::text[]) AS t(id, subject)
    JOIN "card" c ON c."kind" = 'exception' AND c."subject_id" = ${exceptionId}
    ON CONFLICT ("kind", "subject_id") DO NOTHING`
}

const TOLD_OF_MANY = ['reminded', 'escalated', 'reassigned', 'succeeded'].map((name) => `exception.${name}`)
const TOLD_EVERY_MS = 4 * 3_600_000

/**
 * The same for a storm, whose members have no threads: who is reminded or given some of it reads one line for all of them,
 * at most one of a kind in four hours.
 */
export async function wantStormNotices(tx: Tx, stormId: string, at: Date): Promise<number> {
  return tx.$executeRaw`
    WITH act AS (
      SELECT a.id, a.action, COALESCE(a.after->>'owner', a.after->>'to') AS whom, n.id IS NOT NULL AS is_told
      FROM "card" m JOIN audit a ON a.target = m."subject_id"
        LEFT JOIN "card" n ON n."kind" = 'notice' AND n."subject_id" = ${PREFIX} || a.id
      WHERE m."folded_into" = ${stormId} AND a.action = ANY(${TOLD_OF_MANY}::text[])
        AND a.at > ${new Date(at.getTime() - TOLD_EVERY_MS)}
    ), news AS (
      SELECT max(id) AS id FROM act GROUP BY action, whom HAVING NOT bool_or(is_told)
    )
    INSERT INTO "card" ("id", "kind", "subject_id", "channel", "next_try_at", "created_at")
    SELECT gen_random_uuid()::text, 'notice', ${PREFIX} || news.id, storm."channel", ${at}, ${at}
    FROM news CROSS JOIN "card" storm WHERE storm."id" = ${stormId}
    ON CONFLICT ("kind", "subject_id") DO NOTHING`
}

export interface NoticeView {
  exceptionId: string
  action: string
  actor: string
  at: Date
  note: string | null
  before: unknown
  after: unknown
  revision: number
  isOpen: boolean
  /** Where the thread is; null: its card does not stand yet. */
  thread: { channel: string; ts: string } | null
  /** It stands in the thread of a storm, and says this of several. */
  isOfMany: boolean
  /** The channel its card was meant for, and whether it stands in another one. */
  meantFor: string | null
  isElsewhere: boolean
}

/** What one thread line says, with what is secret or personal masked, and where it belongs. */
export async function readNotice(tx: Tx, subjectId: string): Promise<NoticeView | undefined> {
  const id = subjectId.startsWith(PREFIX) ? subjectId.slice(PREFIX.length) : ''
  if (!/^\d{1,18}$/.test(id)) return undefined
  const row = await tx.audit.findUnique({ where: { id: BigInt(id) } })
  if (!row) return undefined
  const exception = await tx.exception.findUnique({ where: { id: row.target } })
  const card = await tx.card.findUnique({
    where: { kind_subjectId: { kind: 'exception', subjectId: row.target } },
  })
  const storm = card?.foldedInto
    ? await tx.card.findFirst({ where: { id: card.foldedInto, kind: 'storm' } })
    : null
  const stands = storm ?? card
  const runId = row.runId ?? exception?.runId
  const mask = runId === undefined ? undefined : (await redactorsOf(tx, [runId])).get(runId)
  const masked = (value: unknown) => mask?.value(value as JsonValue) ?? value
  return {
    exceptionId: row.target,
    action: row.action,
    actor: row.actor,
    at: row.at,
    note: row.note && (mask?.text(row.note) ?? row.note),
    before: masked(row.before),
    after: masked(row.after),
    revision: exception?.revision ?? 1,
    isOpen: exception?.state === 'open',
    thread: stands?.ts && stands.postedChannel ? { channel: stands.postedChannel, ts: stands.ts } : null,
    isOfMany: storm !== null,
    meantFor: stands?.channel ?? null,
    // What a card that stands is told of is why it does not stand where it was meant to.
    isElsewhere: stands?.error != null,
  }
}
