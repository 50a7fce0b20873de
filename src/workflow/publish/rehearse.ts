// A draft over recorded events beside the version that is live: what would move, without any effect. Also the rule
// that keeps a worse version from being published.
import { type Which, recordedRuns } from '../../db/runs/recorded.ts'
import type { Tx } from '../../db/store/open.ts'
import { liveVersion, type StoredVersion } from '../../db/workflows/workflows.ts'
import { compileWorkflow } from '../../domain/compile/compile.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { type Side, type Simulation, simulate } from '../../domain/rules/simulate.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'

export interface Draft {
  definition: Definition
  standards: Standards
}

export interface Rehearsal {
  workflow: string
  /** The live version it was compared with. */
  number: number
  simulation: Simulation
}

export const usualRehearsal = { last: 500 } as const

const sideOf = ({ definition, standards }: Draft): Side => ({
  compiled: compileWorkflow(definition, standards),
  vars: standards.vars,
})

/** A draft over what was recorded, beside the version that is live. Both must compile. */
export async function rehearseBeside(
  tx: Tx,
  live: StoredVersion,
  draft: Draft,
  which: Which,
): Promise<Rehearsal> {
  const recorded = await recordedRuns(tx, live.workflow, which)
  return {
    workflow: live.workflow,
    number: live.number,
    simulation: simulate(sideOf(live), sideOf(draft), recorded),
  }
}

/** undefined: nothing is published under that key, so nothing was recorded. */
export async function rehearse(tx: Tx, draft: Draft, which: Which): Promise<Rehearsal | undefined> {
  const live = await liveVersion(tx, draft.definition.workflow)
  return live && rehearseBeside(tx, live, draft, which)
}

/** How many more of the recorded events no rule would take than now; 0 or less: none. */
export const moreUnrouted = ({ newlyUnrouted, newlyRouted }: Simulation): number =>
  newlyUnrouted.length - newlyRouted.length
