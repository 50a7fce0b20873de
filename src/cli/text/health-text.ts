// How a workflow does, in the same six words as the status of a run.
import type { WorkflowHealth } from '../../db/workflows/workflow-health.ts'
import { countedDo } from '../../domain/text/counted.ts'
import { type Section } from './output.ts'
import type { Times } from './times.ts'

export function healthSection(health: WorkflowHealth, { moment }: Times): Section {
  const { failed, lastSuccessAt, outcomes, overdue, retrying } = health
  const ends = Object.entries(outcomes).map(([kind, n]) => `${n} ${kind}`)
  const waiting = `${countedDo(health.open, 'need')} attention${overdue > 0 ? ` (${overdue} overdue)` : ''}`
  return {
    heading: `${health.title} (${health.key}, version ${health.version})`,
    lines: [
      ['State', `${health.isPaused ? 'paused' : 'running'}, ${health.inFlight} running, ${waiting}`],
      ['Last success', lastSuccessAt ? moment(lastSuccessAt) : 'none yet'],
      ['Failed action', failed ? `${failed.action}, ${moment(failed.at)}: ${failed.error}` : 'none'],
      ['Owner', health.ownerLabel],
      ['Retry', retrying === 0 ? 'none scheduled' : `${retrying} scheduled`],
      ['Outcome', ends.length > 0 ? ends.join(', ') : 'none yet'],
    ],
  }
}
