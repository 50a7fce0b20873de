// Shadow versions: published beside the current one to decide every event too, without effect; then stopped, or
// promoted to be the current one.
import { addAudit } from '../../db/audit/audit.ts'
import type { Database, Tx } from '../../db/store/open.ts'
import { endShadow, lastShadow, startShadow } from '../../db/workflows/shadows.ts'
import { currentHashes, findVersion, lockPublishing, pointAt } from '../../db/workflows/workflows.ts'
import { insertVersion } from '../../db/workflows/insert-versions.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { contentHash } from './content-hash.ts'
import { moreUnrouted, type Rehearsal, rehearse, usualRehearsal } from './rehearse.ts'

export interface ShadowActor {
  actor: Actor
  at: Date
}

export interface ShadowRequest extends ShadowActor {
  definition: Definition
  standards: Standards
  source: string
}

export type ShadowStarted =
  | { kind: 'started'; number: number; beside: number }
  | { kind: 'is_current'; number: number }
  | { kind: 'unknown_workflow' }

/** Lets a checked definition decide beside the current version, from the next event on. */
export async function castShadow(db: Database, request: ShadowRequest): Promise<ShadowStarted> {
  const { definition, standards, source, actor, at } = request
  const { workflow } = definition
  return db.transaction(async (tx) => {
    await lockPublishing(tx)
    const current = (await currentHashes(tx, [workflow])).get(workflow)
    if (!current) return { kind: 'unknown_workflow' }
    const hash = contentHash(definition, standards)
    if (current.hash === hash) return { kind: 'is_current', number: current.number }
    const version = {
      definition,
      standards,
      source,
      contentHash: hash,
      publishedBy: actor.id,
      publishedAt: at,
      note: 'a shadow',
    }
    const { id, number } = await insertVersion(tx, version, true)
    await startShadow(tx, { workflow, versionId: id, by: actor.id, at })
    const after = { number, beside: current.number }
    await addAudit(tx, {
      at,
      actor,
      action: 'shadow.started',
      target: workflow,
      after,
    })
    return { kind: 'started', ...after }
  })
}

async function runningShadow(tx: Tx, workflow: string) {
  const shadow = await lastShadow(tx, workflow)
  return shadow?.endedAs === null ? shadow : undefined
}

/** false: nothing decided beside the current version. */
export async function stopShadow(db: Database, workflow: string, by: ShadowActor): Promise<boolean> {
  const { actor, at } = by
  return db.transaction(async (tx) => {
    await lockPublishing(tx)
    const shadow = await runningShadow(tx, workflow)
    if (!shadow) return false
    await endShadow(tx, workflow, 'stopped', at)
    const before = { number: shadow.number, decided: shadow.decided, different: shadow.different }
    await addAudit(tx, {
      at,
      actor,
      action: 'shadow.stopped',
      target: workflow,
      before,
    })
    return true
  })
}

export type Promoted =
  | { kind: 'promoted'; number: number; from: number }
  | { kind: 'no_shadow' }
  | { kind: 'more_unrouted'; rehearsals: Rehearsal[] }

/** Makes the shadow the current version; held to the same rule as any publication. */
export async function promoteShadow(
  db: Database,
  workflow: string,
  by: ShadowActor & { isForced?: boolean; note?: string },
): Promise<Promoted> {
  const { actor, at, isForced = false, note } = by
  return db.transaction(async (tx) => {
    await lockPublishing(tx)
    const shadow = await runningShadow(tx, workflow)
    const version = shadow && (await findVersion(tx, workflow, shadow.number))
    if (!version) return { kind: 'no_shadow' }
    const rehearsal = await rehearse(tx, version, usualRehearsal)
    const more = rehearsal ? moreUnrouted(rehearsal.simulation) : 0
    if (rehearsal && more > 0 && !isForced) return { kind: 'more_unrouted', rehearsals: [rehearsal] }
    const from = rehearsal?.number ?? 0
    await pointAt(tx, version)
    await endShadow(tx, workflow, 'promoted', at)
    await addAudit(tx, {
      at,
      actor,
      action: 'workflow.published',
      target: workflow,
      before: { number: from },
      after: {
        number: version.number,
        shadow: true,
        ...(more > 0 ? { forced: { moreUnrouted: more } } : {}),
      },
      note,
    })
    return { kind: 'promoted', number: version.number, from }
  })
}
