// Publishing: what was loaded and checked becomes new versions, all of them in one transaction. The same content
// published twice makes no new version.
import { addAudit } from '../../db/audit/audit.ts'
import {
  bindIn,
  boundIn,
  boundInStandards,
  keptFor,
  meantIn,
  namesOf,
  scopeOfStandards,
} from '../../db/people/name-bindings.ts'
import { type MovedName, movedAmong } from '../../db/people/name-state.ts'
import type { Database, Tx } from '../../db/store/open.ts'
import {
  currentHashes,
  findVersion,
  insertVersion,
  lockPublishing,
  numbersWithHash,
  pointAt,
} from '../../db/workflows/workflows.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Bound } from '../../domain/people/owner.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { contentHash, standardsHash } from './content-hash.ts'
import { moreUnrouted, rehearse, type Rehearsal, usualRehearsal } from './rehearse.ts'

export interface Publication {
  /** `over`: the version number it was made from; another is current meanwhile: nothing is published. */
  workflows: { definition: Definition; source: string; over?: number }[]
  standards: { content: Standards; source: string }
  actor: Actor
  at: Date
  note?: string
  /** Although more recorded events would go unrouted; recorded in the audit. */
  isForced?: boolean
  /** A file whose content is an older version stays unpublished: what came after it was meant (a start). */
  keepsNewer?: boolean
  /** Names that are to mean who has them now; every other goes on meaning whom it meant. */
  rebind?: readonly string[]
  /** Done in the same transaction. */
  alongside?: (tx: Tx) => Promise<void>
}

export interface Published {
  workflow: string
  title: string
  number: number
  /** false: this content is the current version already. */
  isNew: boolean
  /** The file is this older version, and stays so: another was published since, or it was rolled back. */
  older?: number
  /** Names that somebody else has now, and that go on meaning whom they meant. */
  moved: MovedName[]
}

/** Why nothing was published: it would leave more of the recorded events without a rule than now; another came first. */
export type Refused =
  { kind: 'more_unrouted'; rehearsals: Rehearsal[] } | { kind: 'moved_on'; workflow: string; number: number }

/** Whether one of `names` that is to be bound anew means somebody else until now. */
async function hasToRebind(tx: Tx, kept: Bound, names: string[], rebind: Publication['rebind']) {
  const asked = names.filter((name) => rebind?.includes(name))
  const meant = await meantIn(tx, asked, { kept, rebind })
  return asked.some((name) => meant.get(name) !== (kept.get(name) ?? null))
}

async function writeStandards(tx: Tx, { standards, actor, at, rebind }: Publication): Promise<void> {
  const hash = standardsHash(standards.content)
  const newest = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { contentHash: true } })
  const { content, source } = standards
  const kept = await boundInStandards(tx)
  const names = namesOf(undefined, content)
  if (newest?.contentHash === hash && !(await hasToRebind(tx, kept, names, rebind))) return
  const { id } = await tx.standards.create({
    data: { contentHash: hash, source, content, publishedAt: at, publishedBy: actor.id },
    select: { id: true },
  })
  await bindIn(tx, scopeOfStandards(id), names, { at, kept, rebind })
  await addAudit(tx, {
    at,
    actor,
    action: 'standards.published',
    target: 'signalbox.yaml',
  })
}

interface Changed {
  definition: Definition
  source: string
  hash: string
  /** The version that is current; undefined: the workflow is new. */
  now: number | undefined
  rehearsal: Rehearsal | undefined
}

const unrouted = ({ rehearsal }: Changed): boolean =>
  rehearsal !== undefined && moreUnrouted(rehearsal.simulation) > 0

/** Writes what changed, or nothing at all. Definitions must have passed `check`. */
export async function publish(db: Database, publication: Publication): Promise<Published[] | Refused> {
  const { workflows, standards, isForced = false, keepsNewer = false, rebind } = publication
  return db.transaction(async (tx) => {
    await lockPublishing(tx)
    const current = await currentHashes(
      tx,
      workflows.map(({ definition }) => definition.workflow),
    )
    const published: Published[] = []
    const changed: Changed[] = []
    for (const { definition, source, over } of workflows) {
      const { workflow, title } = definition
      const hash = contentHash(definition, standards.content)
      const now = current.get(workflow)
      if (now && over !== undefined && now.number !== over)
        return { kind: 'moved_on', workflow, number: now.number }
      const [older] = keepsNewer ? await numbersWithHash(tx, workflow, hash) : []
      const names = namesOf(definition, standards.content)
      const isBoundAnew = await hasToRebind(tx, await keptFor(tx, workflow), names, rebind)
      if (now && !isBoundAnew && (now.hash === hash || older !== undefined)) {
        const isCurrent = now.hash === hash || older === undefined
        const stands = { workflow, title, number: now.number, isNew: false, moved: [] }
        published.push(isCurrent ? stands : { ...stands, older })
        continue
      }
      const rehearsal = await rehearse(tx, { definition, standards: standards.content }, usualRehearsal)
      changed.push({ definition, source, hash, now: now?.number, rehearsal })
    }
    const refused = changed.filter(unrouted).flatMap(({ rehearsal }) => rehearsal ?? [])
    if (refused.length > 0 && !isForced) return { kind: 'more_unrouted', rehearsals: refused }
    await writeStandards(tx, publication)
    for (const one of changed) published.push(await writeVersion(tx, publication, one))
    await publication.alongside?.(tx)
    const order = new Map(workflows.map(({ definition }, at) => [definition.workflow, at]))
    return published.toSorted((a, b) => (order.get(a.workflow) ?? 0) - (order.get(b.workflow) ?? 0))
  })
}

async function writeVersion(tx: Tx, publication: Publication, one: Changed): Promise<Published> {
  const { standards, actor, at, note, rebind } = publication
  const { definition, source, hash, now, rehearsal } = one
  const { workflow, title } = definition
  const before = await keptFor(tx, workflow)
  const { id, number } = await insertVersion(tx, {
    definition,
    standards: standards.content,
    source,
    contentHash: hash,
    publishedBy: actor.id,
    publishedAt: at,
    rebind,
    ...(note === undefined ? {} : { note }),
  })
  const bound = [...(await boundIn(tx, id))]
  const rebound = bound.filter(([name, to]) => before.has(name) && before.get(name) !== to)
  await addAudit(tx, {
    at,
    actor,
    action: 'workflow.published',
    target: workflow,
    after: {
      number,
      ...(unrouted(one) && rehearsal
        ? { forced: { moreUnrouted: moreUnrouted(rehearsal.simulation), of: rehearsal.simulation.events } }
        : {}),
      ...(rebound.length > 0
        ? { rebound: rebound.map(([name, to]) => ({ name, from: before.get(name), to })) }
        : {}),
    },
    before: now === undefined ? undefined : { number: now },
    note,
  })
  return { workflow, title, number, isNew: true, moved: await movedAmong(tx, bound) }
}

export type RolledBack =
  | { kind: 'rolled_back'; from: number; to: number }
  | { kind: 'unknown_workflow' }
  | { kind: 'unknown_version'; numbers: number }
  | { kind: 'is_current' }

export interface Rollback {
  workflow: string
  to: number
  actor: Actor
  at: Date
  note?: string
}

/** Points a workflow at one of its earlier (or later) versions. Runs in flight keep the one they began with. */
export async function rollBack(db: Database, rollback: Rollback): Promise<RolledBack> {
  const { workflow, to, actor, at, note } = rollback
  return db.transaction(async (tx) => {
    await lockPublishing(tx)
    const row = await tx.workflow.findUnique({
      where: { key: workflow },
      include: { _count: { select: { versions: true } } },
    })
    if (!row) return { kind: 'unknown_workflow' }
    const version = await findVersion(tx, workflow, to)
    if (!version) return { kind: 'unknown_version', numbers: row._count.versions }
    if (row.currentNumber === to) return { kind: 'is_current' }
    await pointAt(tx, version)
    await addAudit(tx, {
      at,
      actor,
      action: 'workflow.rolled_back',
      target: workflow,
      before: { number: row.currentNumber },
      after: { number: to },
      note,
    })
    return { kind: 'rolled_back', from: row.currentNumber, to }
  })
}
