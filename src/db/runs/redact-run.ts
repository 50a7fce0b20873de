// A run's rows with what its workflow marks secret or personal masked, before anything is shown of them.
import { bodyText } from '../../domain/body/body-text.ts'
import type { RuleTrace } from '../../domain/rules/decision.ts'
import { editedIn } from '../../domain/exceptions/action-input.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/values/json.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { MASK } from '../../domain/masking/marked.ts'
import { type Redactor, redactor } from '../../domain/masking/redact.ts'
import type { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'
import { BODY, withBody } from './event-body.ts'
import type { RunRow, StoredDefinition } from './run-view.ts'

/**
 * A key without its hash: of a body, or of what a person wrote, whose other parts are shown. Who has both finds a PIN by trying
 * all of them.
 */
const withoutHash = (key: string): string =>
  key.replace(/^((?:source:[a-z0-9-]+:)?(?:signed|changed)):[\da-f]{64}/, `$1:${MASK}`)
export const withoutEdit = (key: string): string => key.replace(/\.edited-[\da-f]+$/, `.edited-${MASK}`)

/** What the masked fields hold must not turn up in any text of the run. The body is masked as the text that people see of it. */
export function withoutSecrets(row: RunRow, { record, text, value, ...mask }: Redactor): RunRow {
  const json = (given: unknown) => value(given as JsonValue) as Prisma.JsonValue
  const inRecord = (given: unknown) => record(given as JsonObject) as Prisma.JsonObject
  const { webhook, source } = (row.version.definition as unknown as StoredDefinition).trigger
  const { sources } = row.version.standards as unknown as Partial<Standards>
  const { id } = webhook ?? sources?.[source ?? ''] ?? {}
  const orNull = (given: string | null) => given && text(given)
  const { dedupeKey } = row.event
  return {
    ...row,
    event: {
      ...row.event,
      dedupeKey: dedupeKey && (id !== undefined && mask.reads(id) ? MASK : text(withoutHash(dedupeKey))),
    },
    record: row.record && {
      ...row.record,
      fields: inRecord(row.record.fields),
      corrections: inRecord(row.record.corrections),
    },
    decisions: row.decisions.map((decision) => ({
      ...decision,
      trace: (Array.isArray(decision.trace) ? (decision.trace as unknown as RuleTrace[]) : []).map(
        (rule) => ({
          ...rule,
          ...(rule.because === undefined ? {} : { because: text(rule.because) }),
          ...(rule.error === undefined ? {} : { error: text(rule.error) }),
        }),
      ),
      inputs: json(decision.inputs),
    })),
    attempts: row.attempts.map((attempt) => ({
      ...attempt,
      idempotencyKey: withoutEdit(attempt.idempotencyKey),
      request: json(attempt.request),
      answer: orNull(attempt.answer),
      error: orNull(attempt.error),
    })),
    exceptions: row.exceptions.map((exception) => ({
      ...exception,
      detail: text(exception.detail),
      data: json(exception.data),
      resolvedNote: orNull(exception.resolvedNote),
    })),
    outcome: row.outcome && { ...row.outcome, note: orNull(row.outcome.note) },
  }
}

interface Masked {
  version: Pick<RunRow['version'], 'definition'>
  record: Pick<NonNullable<RunRow['record']>, 'fields' | 'corrections'> | null
  event: Pick<RunRow['event'], 'body' | 'contentType'>
  decisions: Pick<RunRow['decisions'][number], 'inputs'>[]
}

/** What people corrected with this decision, which others may have corrected since. */
const correctionsIn = ({ inputs }: Masked['decisions'][number]): JsonObject[] =>
  isJsonObject(inputs) && isJsonObject(inputs['corrections']) ? [inputs['corrections']] : []

/** What is to be masked in this run. */
export const redactorOf = ({ version, record, event, decisions }: Masked): Redactor =>
  redactor(
    version.definition as unknown as StoredDefinition,
    [
      ...(record ? [record.fields as JsonObject, record.corrections as JsonObject] : []),
      ...decisions.flatMap(correctionsIn),
    ],
    bodyText(event),
    decisions.flatMap(({ inputs }) => editedIn(inputs) ?? []),
  )

/** What `redactorOf` asks of a run. */
export const MASKED = {
  version: { select: { definition: true } },
  record: { select: { fields: true, corrections: true } },
  event: { select: BODY },
  decisions: { where: { decidedBy: { not: 'engine' } }, select: { inputs: true } },
} satisfies Prisma.RunSelect

/** The same for rows that are shown without their run: by its id. Runs in which nothing is masked are left out. */
export async function redactorsOf(tx: Tx, runIds: string[]): Promise<Map<string, Redactor>> {
  if (runIds.length === 0) return new Map()
  const rows = await tx.run.findMany({
    where: { id: { in: [...new Set(runIds)] } },
    select: { id: true, ...MASKED },
  })
  const all = rows.map((row) => [row.id, redactorOf({ ...row, event: withBody(row.event) })] as const)
  return new Map(all.filter(([, { names }]) => names.length > 0))
}
