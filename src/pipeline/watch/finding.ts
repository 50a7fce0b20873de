// What a watchdog finds: an event of our own with its exception, in one commit, and its end when the trouble is over.
import type { Database } from '../../db/store/open.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { OPERATORS } from '../../domain/people/owner.ts'
import type { Reason } from '../../domain/exceptions/reasons.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import type { Catalog, CurrentWorkflow } from '../../workflow/catalog.ts'
import { openFinding } from '../exception/open-finding.ts'
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
  /** Unset: the operators'. */
  under?: Under | undefined
  /** Of any number of replicas one raises it, and once for each key, also after a person resolved it. */
  key: string
  subject?: string
  reason: Reason
  detail: string
  data: JsonObject
  about: string
}

/** What a look finds: open exceptions whose trouble is over, and trouble that has no open exception. */
export interface Found {
  over: { id: string; runId: string; note: string }[]
  fresh: Finding[]
}

/** Every event belongs to a workflow: what is the operators' stands under the first, in the channel of alerts. */
export async function underOperators({ db, catalog }: WatchDeps): Promise<Under | undefined> {
  const [key] = await catalog.keys()
  const current = key === undefined ? undefined : await catalog.current(key)
  if (!current) return undefined
  const standards = await newestStandards(db.prisma)
  const owner = standards.roles['operators'] ? [OPERATORS] : []
  return { current, standards, owner, channel: standards.channels.alerts }
}

/** false: it was raised before, or there is nothing yet that it could stand under. */
async function raiseFinding(deps: WatchDeps, finding: Finding): Promise<boolean> {
  const { db, clock } = deps
  const { under = await underOperators(deps), key, subject = null, reason, detail, data, about } = finding
  if (!under) return false
  const { current, standards, owner, channel } = under
  const { id: versionId, compiled } = current.version
  const definition = channel === undefined ? compiled.definition : { ...compiled.definition, channel }
  const of = { versionId, key: `watchdog:${key}`.slice(0, 500), subject, definition, standards, owner }
  return db.transaction((tx) => openFinding(tx, { ...of, reason, detail, data, about }, clock()))
}

/** false: a person resolved it first. */
function closeFinding(
  { db, clock }: WatchDeps,
  { id: exceptionId, runId, note }: Found['over'][number],
): Promise<boolean> {
  const closing = { exceptionId, runId, as: 'recovered', actor: engine, note } as const
  return db.transaction((tx) => closeException(tx, { ...closing, at: clock() }))
}

/** Resolves with how many exceptions were opened and closed. */
export async function writeFound(
  deps: WatchDeps,
  { over, fresh }: Found,
): Promise<{ opened: number; closed: number }> {
  let opened = 0
  let closed = 0
  for (const one of over) if (await closeFinding(deps, one)) closed += 1
  for (const one of fresh) if (await raiseFinding(deps, one)) opened += 1
  if (opened + closed > 0) deps.cardsChanged()
  return { opened, closed }
}
