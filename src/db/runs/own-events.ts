// Events that we make ourselves (a replay, a watchdog's finding): accepted and counted like any other.
import { newId } from '../store/ids.ts'
import type { Tx } from '../store/open.ts'
import { addCounts } from '../digest/counters.ts'

export interface OwnEvent {
  workflow: string
  versionId: string
  source: 'replay' | 'watchdog'
  /** The second event of one key is not made. */
  dedupeKey: string | null
  subject: string | null
  contentType: string
  headers: Record<string, string>
  body: Uint8Array
  at: Date
  actor: string
  run:
    | { state: 'in_flight'; leaseUntil: Date; replayOf: string; actionRoot: string | null }
    /** For the caller to open its exception in the same transaction. */
    | { state: 'held' }
}

/** Resolves with the id of the new run; undefined when the dedupe key is taken. */
export async function insertOwnEvent(tx: Tx, event: OwnEvent): Promise<string | undefined> {
  const { workflow, versionId, source, dedupeKey, subject, contentType, headers, body, at, actor, run } =
    event
  const eventId = newId('evt')
  const made = await tx.event.createMany({
    data: {
      id: eventId,
      workflowKey: workflow,
      source,
      dedupeKey,
      contentType,
      headers,
      body: Buffer.from(body),
      receivedAt: at,
      actor,
    },
    skipDuplicates: true,
  })
  if (made.count === 0) return undefined
  const id = newId('run')
  await tx.run.create({
    data: { id, eventId, workflowKey: workflow, versionId, subject, receivedAt: at, ...run },
  })
  await addCounts(tx, [{ workflow, metric: 'accepted', n: 1 }], at)
  return id
}
