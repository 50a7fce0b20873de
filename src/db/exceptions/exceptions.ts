// Exceptions: opened with their card, resolved exactly once by compare-and-set on `state`.
import type { JsonObject } from '../../domain/values/json.ts'
import type { Reason } from '../../domain/exceptions/reasons.ts'
import type { ResolvedAs } from '../../domain/exceptions/resolution.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'
import type { Count } from '../digest/counters.ts'

/** Who may resolve an exception: `by` in words (@person, @group, role:name), how many, and whether the initiator may. */
export interface Policy {
  by: string[]
  approvals: number
  self: boolean
}

export interface NewException {
  id: string
  runId: string
  workflow: string
  reason: Reason
  detail: string
  data: JsonObject
  fingerprint: string
  ownerSpec: string
  ownerId: string | null
  policy: Policy
  channel: string
  cardId: string
  /** The card that stands for this one too; none: its own. */
  underCard?: string | null
  dueAt: Date | null
  /** When it goes on without a person. */
  timesOutAt?: Date | null
  /** The exception that came back as this one, where it did. */
  reopens: string | null
  /** When the case was first opened. */
  caseOpenedAt: Date
  ownerSince: Date
  escalation: number
  isFirstFault: boolean
}

/** Inserts exceptions and the cards that should stand for them. Their runs are held by the caller. */
export async function insertExceptions(tx: Tx, exceptions: NewException[], at: Date): Promise<void> {
  if (exceptions.length === 0) return
  await tx.$executeRaw`
    WITH input AS (
      SELECT * FROM json_to_recordset(${jsonText(exceptions)}::json) AS t(
        id text, "runId" text, workflow text, reason text, detail text, data jsonb, fingerprint text,
        "ownerSpec" text, "ownerId" text, policy jsonb, channel text, "cardId" text,
        "underCard" text, "dueAt" timestamptz, "timesOutAt" timestamptz, reopens text, "caseOpenedAt" timestamptz,
        "ownerSince" timestamptz, escalation int, "isFirstFault" boolean)
    ), carded AS (
      INSERT INTO card (id, kind, subject_id, channel, folded_into, posted_revision, next_try_at, created_at)
      SELECT "cardId", 'exception', id, channel, "underCard", CASE WHEN "underCard" IS NULL THEN 0 ELSE 1 END,
             ${at}::timestamptz, ${at}::timestamptz FROM input
    ), earlier AS (
      -- The card of the run's last exception says that it stopped again.
      UPDATE card SET wanted_revision = wanted_revision + 1 FROM input JOIN exception e ON e.run_id = input."runId"
      WHERE card.kind = 'exception' AND card.subject_id = e.id
    ), again AS (
      -- The card of many says how many of them came back.
      UPDATE card SET wanted_revision = wanted_revision + 1
      WHERE kind = 'storm' AND id IN (SELECT "underCard" FROM input WHERE reopens IS NOT NULL)
    )
    INSERT INTO exception (id, run_id, workflow_key, reason, detail, data, fingerprint, owner_spec, owner_id,
                           owner_since, policy, opened_at, due_at, times_out_at, reopens, case_opened_at, escalation,
                           is_first_fault, amount, currency)
    SELECT input.id, "runId", workflow, reason, detail, data, fingerprint, "ownerSpec", "ownerId", "ownerSince",
           policy, ${at}::timestamptz, "dueAt", "timesOutAt", reopens, "caseOpenedAt", escalation, "isFirstFault",
           run.amount, run.currency
    FROM input JOIN run ON run.id = "runId"`
}

/** What these exceptions count: a case that came back is no new one. */
export const openedCounts = (exceptions: NewException[]): Count[] =>
  exceptions.flatMap(({ workflow, reason, reopens, isFirstFault }): Count[] => [
    { workflow, metric: reopens === null ? `opened:${reason}` : 'reopened', n: 1 },
    ...(isFirstFault ? [{ workflow, metric: 'erred' as const, n: 1 }] : []),
  ])

export interface Claim {
  id: string
  as: ResolvedAs
  by: string
  at: Date
  note: string | null
  /** The label of what was chosen. */
  choice?: string | undefined
}

/** Claims an open exception for one resolution, which counts once it proves final; false when somebody was first. */
export async function claimException(tx: Tx, { id, as, by, at, note, choice }: Claim): Promise<boolean> {
  const claimed = await tx.$executeRaw`
    UPDATE exception SET state = 'resolved', resolved_as = ${as}, resolved_by = ${by}, resolved_at = ${at}::timestamptz,
                         resolved_note = ${note}, revision = revision + 1,
                         data = data || coalesce(${choice === undefined ? null : jsonText({ chosen: choice })}::jsonb, '{}')
    WHERE id = ${id} AND state = 'open'`
  return claimed === 1
}
