// What publishing a folder would change, beside what stands now: in words, as a diff, and for recorded events.
import { createTwoFilesPatch } from 'diff'
import { namesOf } from '../../db/people/name-bindings.ts'
import { type MovedName, movedFor } from '../../db/people/name-state.ts'
import type { Tx } from '../../db/store/open.ts'
import { labelOfId } from '../../db/people/people.ts'
import { liveVersion } from '../../db/workflows/workflows.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { unsignedBy } from '../../domain/senders/receiving.ts'
import { decidingPart, inOneOrder } from './content-hash.ts'
import { type Change, difference } from './difference.ts'
import { exportWorkflow } from '../file/export.ts'
import { rehearse, usualRehearsal } from './rehearse.ts'

export interface Planned {
  workflow: string
  /** Its file says that anyone may send (`allow_unsigned`). */
  isUnsigned: boolean
  /** The version that stands now; null: there is none yet. */
  from: { number: number; by: string; at: Date } | null
  changes: Pick<Change, 'kind' | 'text'>[]
  /** Names that somebody else has now: they go on meaning whom they meant. */
  moved: MovedName[]
  /** A unified diff of the files; empty when nothing changes. */
  diff: string
  /** Of the last recorded events: how many would change outcome, and which would have no rule any more. */
  rehearsal: { events: number; moved: number; newlyUnrouted: string[]; newlyRouted: number } | null
}

interface Wanted {
  definition: Definition
  source: string
}

const standardsChanged: Planned['changes'][number] = {
  kind: 'changed',
  text: 'the standards it is published under (signalbox.yaml)',
}

/** The text of a version's file: as it was published, or as an export would write it. */
async function publishedText(tx: Tx, id: string, definition: Definition): Promise<string> {
  const { source } = await tx.workflowVersion.findUniqueOrThrow({ where: { id }, select: { source: true } })
  return exportWorkflow(definition, source === '' ? undefined : source)
}

async function planOne(tx: Tx, { definition, source }: Wanted, standards: Standards): Promise<Planned> {
  const { workflow } = definition
  const isUnsigned = unsignedBy(definition.trigger.webhook) === 'allowed'
  const live = await liveVersion(tx, workflow)
  const moved = await movedFor(tx, workflow, namesOf(definition, standards))
  if (!live) return { workflow, isUnsigned, from: null, changes: [], moved, diff: '', rehearsal: null }
  const { publishedBy, publishedAt } = await tx.workflowVersion.findUniqueOrThrow({
    where: { id: live.id },
    select: { publishedBy: true, publishedAt: true },
  })
  const by = await labelOfId(tx, publishedBy)
  const from = { number: live.number, by, at: publishedAt }
  const isUnder =
    JSON.stringify(inOneOrder(decidingPart(live.standards))) ===
    JSON.stringify(inOneOrder(decidingPart(standards)))
  const changes: Planned['changes'] = [
    ...difference(live.definition, definition),
    ...(isUnder ? [] : [standardsChanged]),
  ]
  if (changes.length === 0) return { workflow, isUnsigned, from, changes, moved, diff: '', rehearsal: null }
  const before = await publishedText(tx, live.id, live.definition)
  const names = [`${workflow}.yaml`, `version ${live.number}`, 'the file'] as const
  const diff =
    before === source ? '' : createTwoFilesPatch(names[0], names[0], before, source, names[1], names[2])
  const rehearsal = await rehearse(tx, { definition, standards }, usualRehearsal)
  const simulation = rehearsal?.simulation
  return {
    workflow,
    isUnsigned,
    from,
    changes,
    moved,
    diff,
    rehearsal: simulation
      ? {
          events: simulation.events,
          moved: simulation.events - simulation.same,
          newlyUnrouted: simulation.newlyUnrouted,
          newlyRouted: simulation.newlyRouted.length,
        }
      : null,
  }
}

export async function planAll(tx: Tx, wanted: Wanted[], standards: Standards): Promise<Planned[]> {
  const plans: Planned[] = []
  for (const one of wanted) plans.push(await planOne(tx, one, standards))
  return plans
}
