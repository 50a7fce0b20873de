// Which resolutions fit which reason. Cards show these buttons, `resolve` accepts no others.
import { isReason, type Reason } from '../../domain/exceptions/reasons.ts'
import type { Resolution } from './resolution.ts'

type What = Resolution['do']

const choices: Record<Reason, What[]> = {
  missing_field: ['fix', 'retry', 'reject'],
  invalid_field: ['fix', 'retry', 'reject'],
  shape_changed: ['retry', 'reject'],
  stale_data: ['retry', 'reject'],
  lookup_failed: ['retry', 'reject'],
  no_rule_matched: ['retry', 'reject'],
  rules_conflict: ['retry', 'reject'],
  no_eligible_owner: ['retry', 'reject'],
  approval_required: ['approve', 'reject'],
  needs_judgement: ['approve', 'reject'],
  duplicate_suspected: ['approve', 'reject'],
  action_failed: ['retry', 'reject'],
  action_refused: ['retry', 'reject'],
  timed_out: ['retry', 'reject'],
  source_silent: ['approve', 'reject'],
  internal_error: ['retry', 'reject'],
}

/** What stopped the run. That nobody could own it hides that, and takes away no way to resolve it. */
export function stoppedBy({ reason, data }: { reason: Reason; data: unknown }): Reason {
  if (reason !== 'no_eligible_owner' || typeof data !== 'object' || data === null) return reason
  const before = (data as { instead_of?: unknown }).instead_of
  return typeof before === 'string' && isReason(before) ? before : reason
}

/** What a person may do about an exception with this reason, most natural first. */
export const choicesFor = (reason: Reason): What[] => choices[reason]

/** Whether what the failed action sends can be changed before it is tried again. */
export const canEdit = ({ reason, run }: { reason: string; run: { stage: string } }): boolean =>
  run.stage === 'act' && ['action_failed', 'action_refused', 'timed_out'].includes(reason)

/** Why this resolution does not fit; undefined when it does. */
export function canResolve(reason: Reason, what: What): string | undefined {
  if (choices[reason].includes(what)) return undefined
  return `Can't ${what} this. You can: ${choices[reason].join(', ')}.`
}
