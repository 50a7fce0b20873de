// What a person can do about an exception, and what comes back: the words between the surfaces (Slack, CLI) and
// the pipeline. `resolve` (resolve.ts) is the one function behind all of them.
import type { JsonObject } from '../../domain/values/json.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import type { Actor, ResolvedAs } from '../../domain/exceptions/resolution.ts'

export type Resolution =
  /** Carry on with the held action. */
  | {
      do: 'approve'
      note?: string
      /** Fields as they should be instead; checked by the workflow's schema, the decision stands. */
      change?: JsonObject
    }
  /** Go on from the step that failed; a decide-stage fault goes through validation again. */
  | {
      do: 'retry'
      /** What the failed action sends instead (src/domain/exceptions/action-input.ts). */
      input?: JsonObject
    }
  /** Of a review: nothing of it is done. The reason is required. */
  | { do: 'decline'; note: string }
  /** Corrected fields and values that a lookup did not find; the run is validated again, the event stays as it was. */
  | { do: 'fix'; corrections: JsonObject }
  /** It is no duplicate: its rules run. */
  | { do: 'process' }
  /** It was taken care of: ends the run as achieved. */
  | { do: 'done'; note?: string }
  /** Nothing has to be done: ends the run as dismissed. The reason is required. */
  | { do: 'dismiss'; note: string }
  /** One of the choices of its file, by its label or its place, with the values that it asks for. */
  | { do: 'choose'; choice: string | number; inputs?: JsonObject }

export interface ResolveRequest {
  exceptionId: string
  actor: Actor
  resolution: Resolution
  /** What the person looked at: an approval does not count for a change made after it. */
  revision?: number
}

export type ResolveAnswer =
  /** `endedAs`: how its run ended by that; unset, it goes on. */
  | { kind: 'resolved'; as: ResolvedAs; choice?: string; runId: string; endedAs?: Outcome }
  /** One of several approvals was counted; `missing` more are needed. */
  | { kind: 'counted'; approvals: number; missing: number }
  /** Somebody was first. `by` and `at` name the winner. */
  | { kind: 'already_resolved'; as: ResolvedAs; choice?: string; by: string; at: Date }
  /** `who` says in words who may. */
  | { kind: 'not_allowed'; who: string }
  /** This resolution does not fit this exception (approve on a failed lookup, retry of a review …). */
  | { kind: 'not_applicable'; because: string }
  | { kind: 'invalid'; problems: { field: string; message: string }[] }
  | { kind: 'unknown' }

export interface Reassignment {
  exceptionId: string
  actor: Actor
  /** A Slack user or user group id. */
  to: string
  note?: string
}

export type ReassignAnswer =
  | { kind: 'reassigned'; from: string | null; to: string }
  | Extract<ResolveAnswer, { kind: 'already_resolved' | 'not_allowed' | 'unknown' }>
  | { kind: 'not_eligible'; because: string }
