// A replay of another event (`replay --event`), or one to which a person added something else: what it would send as the run that
// it repeats would is that run's work, and not done twice; what differs is a call of its own, as an input is that a person edited.
import { createHash } from 'node:crypto'
import { editedKey } from '../../db/runs/attempts.ts'
import { storedEvent } from '../../db/runs/events.ts'
import type { Tx } from '../../db/store/open.ts'
import { secretPlaceholder } from '../../domain/exceptions/action-input.ts'
import { canonicalHash } from '../../domain/values/canonical.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import { asJson, type JsonObject } from '../../domain/values/json.ts'
import { ifRendered } from '../../domain/cel/template.ts'
import { inputOf } from '../decide/judge.ts'
import type { Planned } from './ask-again.ts'

const HASH_LENGTH = 16

/** The key of a step of this run, from the key that it has in the run it repeats. */
export type OwnKey = (step: number, key: string) => string

const asIs: OwnKey = (_step, key) => key

/** What people put into a record: corrections, values that a lookup did not find, what a choice asked for. */
function enteredIn(record: { fields: unknown; sources: unknown; corrections: unknown } | null): JsonObject {
  const sources = (record?.sources ?? {}) as Record<string, { from?: string }>
  const fields = (record?.fields ?? {}) as JsonObject
  const chosen = Object.entries(fields).filter(([name]) => sources[name]?.from === 'choice')
  return { ...(record?.corrections as JsonObject | undefined), ...Object.fromEntries(chosen) }
}

/** The same event with the same entries keeps every key; another one, given twice, has the same keys of its own both times. */
export async function keyOfEvent(tx: Tx, { run, version, scope }: Planned): Promise<OwnKey> {
  if (run.actionRoot === null) return asIs
  const record = { select: { fields: true, sources: true, corrections: true } } as const
  const root = await tx.run.findUnique({
    where: { id: run.actionRoot },
    select: { eventId: true, record },
  })
  const own = await tx.record.findUnique({ where: { runId: run.id }, ...record })
  const entered = canonicalHash(enteredIn(own))
  const isSameEntry = entered === canonicalHash(enteredIn(root?.record ?? null))
  const came = root && (await storedEvent(tx, root.eventId))
  if (!came || (isSameEntry && Buffer.from(came.body).equals(run.body))) return asIs
  // Of an erased event nothing can be told.
  const before: Scope | undefined =
    came.body.length === 0
      ? undefined
      : {
          ...scope,
          record: (root.record?.fields ?? {}) as JsonObject,
          corrections: (root.record?.corrections ?? {}) as JsonObject,
          input: inputOf(came),
        }
  const sent = (of: Scope, step: number): string | undefined =>
    ifRendered(() => canonicalHash(asJson(version.compiled.action(run.route, step, of, secretPlaceholder))))
  const made = createHash('sha256').update(run.body).update(entered).digest('hex').slice(0, HASH_LENGTH)
  return (step, key) => (before && sent(before, step) === sent(scope, step) ? key : editedKey(key, made))
}
