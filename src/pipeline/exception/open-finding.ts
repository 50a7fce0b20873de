// What the engine notices by itself becomes an event of our own, held by the exception about it.
import type { Tx } from '../../db/store/open.ts'
import { insertOwnEvent } from '../../db/runs/own-events.ts'
import { type Opening, openExceptions } from './open.ts'

export type Finding = Pick<
  Opening,
  'definition' | 'standards' | 'reason' | 'detail' | 'data' | 'about' | 'owner'
> & {
  versionId: string
  /** The second of one key is not opened, also after a person resolved the first; null: each is. */
  key: string | null
  subject: string | null
}

/** Writes event, run and exception in the caller's transaction. false: it was raised before. */
export async function openFinding(tx: Tx, finding: Finding, at: Date): Promise<boolean> {
  const { versionId, key, subject, ...opening } = finding
  const runId = await insertOwnEvent(tx, {
    workflow: opening.definition.workflow,
    versionId,
    source: 'watchdog',
    dedupeKey: key,
    subject,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(JSON.stringify(opening.data)),
    at,
    actor: 'engine',
    run: { state: 'held' },
  })
  if (runId === undefined) return false
  const data = { ...opening.data, origin: 'finding' }
  await openExceptions(tx, [{ ...opening, data, runId, route: null }], at)
  return true
}
