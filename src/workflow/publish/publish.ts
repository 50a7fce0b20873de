// Publishing: what was loaded and checked becomes new versions, all of them in one transaction. The same content
// published twice makes no new version.
import { writeCallbacks, writeSubscriptions } from '../../db/announcements.ts'
import { addAudit, addAudits, type AuditEntry } from '../../db/audit/audit.ts'
import { bindNow } from '../../db/people/members.ts'
import {
  bindIn,
  boundInStandards,
  keptForAll,
  meaningOf,
  namesOf,
  scopeOfStandards,
} from '../../db/people/name-bindings.ts'
import { type MovedName, movedInEach } from '../../db/people/name-state.ts'
import type { Database, Tx } from '../../db/store/open.ts'
import { type Inserted, insertVersions } from '../../db/workflows/insert-versions.ts'
import { currentHashes, lockPublishing, newestWithHash, readVersions } from '../../db/workflows/workflows.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Bound } from '../../domain/people/owner.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { contentHash, standardsHash } from './content-hash.ts'
import { moreUnrouted, rehearseBeside, type Rehearsal, usualRehearsal } from './rehearse.ts'

/** Each file is tried on what was recorded for it: seconds for a large one, and a team may have hundreds. */
const PUBLISHED_WITHIN_MS = 10 * 60_000

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

/** Names that are to mean who has them now, and who that is. */
interface Rebinding {
  rebind: readonly string[]
  now: ReadonlyMap<string, string | null>
}

/** Whether one of `names` that is to be bound anew means somebody else until now. */
function hasToRebind(kept: Bound, names: string[], { rebind, now }: Rebinding): boolean {
  const asked = names.filter((name) => rebind.includes(name))
  const meant = meaningOf(asked, { kept, rebind, now })
  return asked.some((name) => meant.get(name) !== (kept.get(name) ?? null))
}

async function writeStandards(tx: Tx, publication: Publication, rebinding: Rebinding): Promise<void> {
  const { standards, actor, at, rebind } = publication
  const hash = standardsHash(standards.content)
  const newest = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { contentHash: true } })
  const { content, source } = standards
  const kept = await boundInStandards(tx)
  const names = namesOf(undefined, content)
  if (newest?.contentHash === hash && !hasToRebind(kept, names, rebinding)) return
  const { id } = await tx.standards.create({
    data: { contentHash: hash, source, content, publishedAt: at, publishedBy: actor.id },
    select: { id: true },
  })
  await bindIn(tx, scopeOfStandards(id), names, { at, kept, rebind })
  await writeSubscriptions(tx, content)
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
  now: { id: string; number: number } | undefined
  rehearsal: Rehearsal | undefined
}

const unrouted = ({ rehearsal }: Changed): boolean =>
  rehearsal !== undefined && moreUnrouted(rehearsal.simulation) > 0

type Sorted =
  { stand: Published[]; changed: Omit<Changed, 'rehearsal'>[] } | Extract<Refused, { kind: 'moved_on' }>

/** What is to be a new version, and what stands as it is. */
async function sorted(tx: Tx, publication: Publication, rebinding: Rebinding): Promise<Sorted> {
  const { workflows, standards, keepsNewer = false } = publication
  const keys = workflows.map(({ definition }) => definition.workflow)
  const hashes = new Map(
    workflows.map(({ definition }) => [definition.workflow, contentHash(definition, standards.content)]),
  )
  const current = await currentHashes(tx, keys)
  const known = keepsNewer ? await newestWithHash(tx, hashes) : new Map<string, number>()
  const kept = await keptForAll(tx, keys)
  const stand: Published[] = []
  const changed: Omit<Changed, 'rehearsal'>[] = []
  for (const { definition, source, over } of workflows) {
    const { workflow, title } = definition
    const [hash = '', now, older] = [hashes.get(workflow), current.get(workflow), known.get(workflow)]
    if (now && over !== undefined && now.number !== over)
      return { kind: 'moved_on', workflow, number: now.number }
    const names = namesOf(definition, standards.content)
    const isBoundAnew = hasToRebind(kept.get(workflow) ?? new Map(), names, rebinding)
    if (now && !isBoundAnew && (now.hash === hash || older !== undefined)) {
      const isCurrent = now.hash === hash || older === undefined
      const one = { workflow, title, number: now.number, isNew: false, moved: [] }
      stand.push(isCurrent ? one : { ...one, older })
    } else changed.push({ definition, source, hash, now })
  }
  return { stand, changed }
}

/** The last events of each over its new version: what was recorded is read one workflow after the other. */
async function rehearsed(
  tx: Tx,
  standards: Standards,
  changed: readonly Omit<Changed, 'rehearsal'>[],
): Promise<Changed[]> {
  const live = await readVersions(
    tx,
    changed.flatMap(({ now }) => now?.id ?? []),
  )
  const all: Changed[] = []
  for (const one of changed) {
    const before = one.now && live.get(one.now.id)
    const draft = { definition: one.definition, standards }
    const rehearsal = before && (await rehearseBeside(tx, before, draft, usualRehearsal))
    all.push({ ...one, rehearsal })
  }
  return all
}

/** Writes what changed, or nothing at all. Definitions must have passed `check`. */
export async function publish(db: Database, publication: Publication): Promise<Published[] | Refused> {
  const { workflows, standards, isForced = false, rebind = [] } = publication
  const work = async (tx: Tx): Promise<Published[] | Refused> => {
    await lockPublishing(tx)
    const rebinding = { rebind, now: await bindNow(tx, [...rebind]) }
    const files = await sorted(tx, publication, rebinding)
    if ('kind' in files) return files
    const changed = await rehearsed(tx, standards.content, files.changed)
    const refused = changed.filter(unrouted).flatMap(({ rehearsal }) => rehearsal ?? [])
    if (refused.length > 0 && !isForced) return { kind: 'more_unrouted', rehearsals: refused }
    await writeStandards(tx, publication, rebinding)
    const published = [...files.stand, ...(await writeVersions(tx, publication, changed))]
    await publication.alongside?.(tx)
    const order = new Map(workflows.map(({ definition }, at) => [definition.workflow, at]))
    return published.toSorted((a, b) => (order.get(a.workflow) ?? 0) - (order.get(b.workflow) ?? 0))
  }
  return db.transaction(work, { withinMs: PUBLISHED_WITHIN_MS })
}

async function writeVersions(tx: Tx, publication: Publication, changed: Changed[]): Promise<Published[]> {
  if (changed.length === 0) return []
  const { standards, actor, at, note, rebind } = publication
  const versions = changed.map(({ definition, source, hash }) => ({
    definition,
    standards: standards.content,
    source,
    contentHash: hash,
    publishedBy: actor.id,
    publishedAt: at,
    ...(note === undefined ? {} : { note }),
  }))
  const inserted = await insertVersions(tx, versions, { at, rebind })
  await writeCallbacks(
    tx,
    changed.map(({ definition }) => definition),
  )
  await addAudits(
    tx,
    inserted.map((one, nth) => ({ at, actor, note, ...auditOf(one, changed[nth]) })),
  )
  const moved = await movedInEach(
    tx,
    inserted.map(({ bound }) => bound),
  )
  return inserted.map(({ workflow, number }, nth) => {
    const title = changed[nth]?.definition.title ?? workflow
    return { workflow, title, number, isNew: true, moved: moved[nth] ?? [] }
  })
}

function auditOf(
  { workflow, number, kept, bound }: Inserted,
  changed: Changed | undefined,
): Pick<AuditEntry, 'action' | 'target' | 'before' | 'after'> {
  const rebound = [...bound].filter(([name, to]) => kept.has(name) && kept.get(name) !== to)
  const simulation = changed && unrouted(changed) ? changed.rehearsal?.simulation : undefined
  return {
    action: 'workflow.published',
    target: workflow,
    before: changed?.now && { number: changed.now.number },
    after: {
      number,
      ...(simulation ? { forced: { moreUnrouted: moreUnrouted(simulation), of: simulation.events } } : {}),
      ...(rebound.length > 0
        ? { rebound: rebound.map(([name, to]) => ({ name, from: kept.get(name), to })) }
        : {}),
    },
  }
}
