// A finding of our own about Signalbox itself: one exception of the operators, in their channel, as an event of its own so
// that it is counted like any other.
import { insertOwnEvent } from '../../db/own-events.ts'
import type { Database } from '../../db/open.ts'
import { newestStandards } from '../../db/people.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import { openExceptions } from '../exception/open.ts'

export interface FindingDeps {
  db: Database
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
}

export interface Finding {
  /** Of any number of replicas one raises it, and once, also after a person settled it. */
  dedupeKey: string
  detail: string
  data: JsonObject
  about: string
}

/** Every event belongs to a workflow: it is put under the first. false: it was raised before, or there is no workflow. */
export async function raiseFinding(
  { db, catalog, clock }: FindingDeps,
  { dedupeKey, detail, data, about }: Finding,
): Promise<boolean> {
  const [key] = await catalog.keys()
  const current = key === undefined ? undefined : await catalog.current(key)
  if (!current) return false
  const { version } = current
  const standards = await newestStandards(db.prisma)
  const { definition } = version.compiled
  const owner = standards.roles['operators'] ? ['role:operators'] : (definition.owner ?? [])
  const channel = standards.channels.alerts ?? definition.channel
  const at = clock()
  return db.transaction(async (tx) => {
    const runId = await insertOwnEvent(tx, {
      workflow: current.key,
      versionId: version.id,
      source: 'watchdog',
      dedupeKey,
      subject: null,
      contentType: 'application/json',
      headers: {},
      body: Buffer.from(JSON.stringify(data)),
      at,
      actor: 'engine',
      run: { state: 'held' },
    })
    if (runId === undefined) return false
    const opening = {
      runId,
      definition: { ...definition, ...(channel === undefined ? {} : { channel }) },
      standards,
      reason: 'internal_error' as const,
      detail,
      data,
      about,
      route: null,
      owner,
    }
    await openExceptions(tx, [opening], at)
    return true
  })
}
