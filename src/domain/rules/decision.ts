// What the pure stages give each other: the scope an expression sees, problems of fields, traces and decisions.
import type { HttpCall } from '../call/http-call.ts'
import type { EventInput } from '../event-input.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import type { Reason } from '../exceptions/reasons.ts'
import type { Vars } from '../workflow-file/standards.ts'
import type { OwnerFacts } from '../people/owner-facts.ts'

/** What an action's answer is to later ones. */
export type KeptAnswer = { status: number; headers: Record<string, string>; body: JsonValue }
export type Answers = Readonly<Record<string, KeptAnswer>>

/** What expressions see. The record is JSON as it is stored: timestamps are ISO text in UTC. */
export type Scope = {
  record: JsonObject
  input: EventInput
  vars: Vars
  now: Date
  /** What people corrected, which the record holds; absent: nothing. */
  corrections?: JsonObject
  /** Who owns the run, for the texts of its route; absent: nobody, or nobody has asked. */
  owner?: OwnerFacts | undefined
  /** Answers of the route's actions that are done, by their names. */
  actions?: Answers
  /** What reads an answer is rendered as it is written: an approval covers it so (decision 25). */
  leavesAnswersOut?: boolean
  /** What is rendered is kept or shown, not sent: what is secret or personal is masked in it. */
  isShown?: boolean
}

export type FieldProblem = { field: string; kind: 'missing' | 'invalid'; message: string; value?: JsonValue }
/** Why a run stops at its fields: what is missing comes before what is invalid. */
export const reasonOfProblems = (problems: FieldProblem[]): Reason =>
  problems.some(({ kind }) => kind === 'missing') ? 'missing_field' : 'invalid_field'

export type FieldSource = { from: 'event' | 'default' | 'correction' }
export type Validated = {
  fields: JsonObject
  sources: Record<string, FieldSource>
  problems: FieldProblem[]
  /** Money that a person wrote with its currency: neither the file nor the event says which. */
  currencies: string[]
}

/**
 * One rule that was tried. `because` says which part was false, and on which value. An entry with `count`
 * stands for that many rules from `position` on, none of which holds: with hundreds of rules a decision keeps the
 * reasons of the first, and explain() gives all.
 */
export type RuleTrace = {
  rule: string
  position: number
  matched: boolean
  because?: string
  error?: string
  count?: number
}

export type Decision =
  | { kind: 'route'; rule: string; position: number; route: string; owner: string[]; trace: RuleTrace[] }
  | { kind: 'exception'; reason: Reason; message: string; trace: RuleTrace[] }

/** Which rule wins, without the trace: what the hot path and the simulation need. */
export type Match =
  | { kind: 'match'; position: number }
  | { kind: 'none' }
  | { kind: 'error'; position: number; absent: boolean; message: string }

export type ReviewNeed = { needed: boolean; by: string[]; approvals: number; self: boolean }

export type LookupPlan = {
  name: string
  missing: 'ask' | 'default' | 'ignore'
  default?: JsonValue
  maxAgeMs?: number
  /** Enrichments this one reads, so that they must come first. */
  needs: string[]
}
/** What to ask, once the record is known; `absent` when what the key is made of is not there. */
export type LookupRequest =
  /** `isMarked`: the key is not shown. */
  | { kind: 'table'; table: string; key: string; isMarked?: true }
  /** `hostFrom`: where its host comes from, when a record brings it: the host is not shown. */
  | ({ kind: 'http'; hostFrom?: string } & HttpCall)
  | { kind: 'history'; same: string; withinMs: number }
  | { kind: 'absent'; because: string }
