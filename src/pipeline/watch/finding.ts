// What a watchdog finds: an event of our own with its exception, in one commit, and its end when the trouble is over.
import type { Database } from '../../db/open.ts'
import { newestStandards } from '../../db/people.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Reason } from '../../domain/reasons.ts'
import type { Standards } from '../../domain/standards.ts'
import { engine } from '../../domain/settling.ts'
import type { Catalog, CurrentWorkflow } from '../../workflow/catalog.ts'
import { openNoticed } from '../exception/noticed.ts'
import { closeException } from '../resume/close.ts'

export interface WatchDeps {
  db: Database
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
}

/** Under which workflow a finding stands, and who answers for it. */
export interface Under {
  current: CurrentWorkflow
  standards: Standards
  /** Empty: the workflow's owner. */
  owner: string[]
  /** Unset: where the workflow's exceptions stand. */
  channel?: string | undefined
}

export interface Finding {
  under: Under
  /** Of any number of replicas one raises it, and once for each key, also after a person settled it. */
  key: string
  subject?: string
  reason: Reason
  detail: string
  data: JsonObject
  about: string
}

/** Every event belongs to a workflow: what is the operators' stands under the first, in the channel of alerts. */
export async function underOperators({ db, catalog }: WatchDeps): Promise<Under | undefined> {
  const [key] = await catalog.keys()
  const current = key === undefined ? undefined : await catalog.current(key)
  if (!current) return undefined
  const standards = await newestStandards(db.prisma)
  const owner = standards.roles['operators'] ? ['role:operators'] : []
  return { current, standards, owner, channel: standards.channels.alerts }
}

/** false: it was raised before. */
export function raiseFinding({ db, clock }: WatchDeps, finding: Finding): Promise<boolean> {
  const { under, key, subject = null, reason, detail, data, about } = finding
  const { current, standards, owner, channel } = under
  const { id: versionId, compiled } = current.version
  const definition = channel === undefined ? compiled.definition : { ...compiled.definition, channel }
  const of = { versionId, key: `watchdog:${key}`.slice(0, 500), subject, definition, standards, owner }
  return db.transaction((tx) => openNoticed(tx, { ...of, reason, detail, data, about }, clock()))
}

/** false: a person settled it first. */
export function closeFinding(
  { db, clock }: WatchDeps,
  { id: exceptionId, runId, note }: { id: string; runId: string; note: string },
): Promise<boolean> {
  const closing = { exceptionId, runId, as: 'recovered', actor: engine, note } as const
  return db.transaction((tx) => closeException(tx, { ...closing, at: clock() }))
}
