// What a person may do about an exception: by what stopped the run, where that was noticed, and what its file offers.
// Cards show these buttons, `resolve` accepts no others.
import { isReason, type Reason } from './reasons.ts'

/**
 * Where an exception comes from. `run`: something kept the run from going on. `route`: the file hands the case to a person.
 * `finding`: Signalbox noticed it by itself.
 */
export type Origin = 'run' | 'route' | 'finding'

/** A choice of the file, as it is kept with the exception. */
export interface OfferedChoice {
  label: string
  style?: 'primary' | 'danger'
  /** It asks for values first. */
  asks?: true
}

/** What decides how an exception may be resolved. */
export interface Case {
  reason: Reason
  origin: Origin
  choices: OfferedChoice[]
}

export type PlainWay = 'fix' | 'approve' | 'retry' | 'process' | 'done' | 'decline' | 'dismiss'
export type Way = { do: PlainWay } | ({ do: 'choose'; position: number } & OfferedChoice)

const ofRun: Record<Reason, PlainWay[]> = {
  missing_field: ['fix', 'retry', 'done', 'dismiss'],
  invalid_field: ['fix', 'retry', 'done', 'dismiss'],
  shape_changed: ['retry', 'done', 'dismiss'],
  stale_data: ['retry', 'fix', 'done', 'dismiss'],
  lookup_failed: ['retry', 'fix', 'done', 'dismiss'],
  no_rule_matched: ['retry', 'done', 'dismiss'],
  rules_conflict: ['retry', 'done', 'dismiss'],
  no_eligible_owner: ['retry', 'done', 'dismiss'],
  approval_required: ['approve', 'decline'],
  needs_judgement: ['done', 'dismiss'],
  duplicate_suspected: ['process', 'dismiss'],
  action_failed: ['retry', 'done', 'dismiss'],
  action_refused: ['retry', 'done', 'dismiss'],
  action_invalid: ['retry', 'done', 'dismiss'],
  timed_out: ['retry', 'done', 'dismiss'],
  source_silent: ['done', 'dismiss'],
  internal_error: ['retry', 'done', 'dismiss'],
}

interface Kept {
  reason: string
  /** What the exception keeps beside its reason. */
  data: unknown
}

const named = (data: unknown): Record<string, unknown> =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : {}

/** What stopped the run. That nobody could own it hides that, and takes away no way to resolve it. */
export function stoppedBy({ reason, data }: { reason: Reason; data: unknown }): Reason {
  if (reason !== 'no_eligible_owner') return reason
  const { instead_of: before } = named(data)
  return typeof before === 'string' && isReason(before) ? before : reason
}

/** The case in what the database keeps of an exception. */
export function caseOf({ reason, data }: Kept): Case {
  const { origin, choices } = named(data)
  return {
    reason: isReason(reason) ? stoppedBy({ reason, data }) : 'internal_error',
    origin: origin === 'route' || origin === 'finding' ? origin : 'run',
    choices: Array.isArray(choices) ? (choices as OfferedChoice[]) : [],
  }
}

/** The choice by which an exception was resolved; empty: by none. */
export function chosenIn(data: unknown): { choice?: string } {
  const { chosen } = named(data)
  return typeof chosen === 'string' ? { choice: chosen } : {}
}

function plainWays(reason: Reason, origin: Origin): readonly PlainWay[] {
  if (origin === 'run' || (origin === 'finding' && reason === 'shape_changed')) return ofRun[reason]
  // What a file finds missing or wrong can be corrected, and its rules run again.
  const isFixable = origin === 'route' && (reason === 'missing_field' || reason === 'invalid_field')
  return isFixable ? ['fix', 'done', 'dismiss'] : ['done', 'dismiss']
}

/** What a person may do, most natural first. */
export function waysOf({ reason, origin, choices }: Case): Way[] {
  if (choices.length > 0)
    return choices.map((choice, position): Way => ({ do: 'choose', position, ...choice }))
  return plainWays(reason, origin).map((way): Way => ({ do: way }))
}

export const offers = (one: Case, what: Way['do']): boolean => waysOf(one).some((way) => way.do === what)

/** Whether what the failed action sends can be changed before it is tried again. */
export const canEdit = ({ reason, run }: { reason: string; run: { stage: string } }): boolean =>
  run.stage === 'act' && ['action_failed', 'action_refused', 'timed_out'].includes(reason)
