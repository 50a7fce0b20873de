// What a compiled version can do. One of these per version is kept by the caller; all of it is pure.
import type { Pointer } from './compile-faults.ts'
import type { HttpCall } from '../call/http-call.ts'
import type {
  Decision,
  LookupPlan,
  LookupRequest,
  Match,
  ReviewNeed,
  RuleTrace,
  Scope,
  Validated,
} from '../rules/decision.ts'
import type { Definition } from '../workflow-file/definition.ts'
import type { EventInput } from '../event-input.ts'
import type { JsonObject } from '../values/json.ts'
import type { Money } from '../values/money.ts'
import type { CardPart, RenderedCard } from './compile-card.ts'
import type { Entered } from './compile-choices.ts'
import type { Wanted } from './compile-filter.ts'
import type { CompiledSender } from './compile-sender.ts'
import type { Template } from '../cel/template.ts'
import type { MailAddresses, MailLine, MailText, SlackText } from '../text/texts.ts'

/** Gives the value of secret.NAME; undefined when it is not set. */
export type Secrets = (name: string) => string | undefined

/** One step of a route, ready to be carried out. `skipped`: its `when` does not hold. */
export type RenderedAction = {
  position: number
  name: string
  /** Whether it is done cannot be told before an answer is there; this is its condition. */
  onlyWhen?: string
  /** What its host or channel comes from, where the file does not say it: `record.room`. */
  takenFrom?: string
} & (
  | { kind: 'http'; call: HttpCall }
  | { kind: 'slack'; channel: string; text: SlackText }
  | { kind: 'email'; to: MailAddresses; subject: MailLine; text: MailText }
  | { kind: 'emit'; workflow: string; event: JsonObject }
  | { kind: 'skipped' }
)

export interface CompiledWorkflow extends CompiledSender {
  definition: Definition
  /** Whether an event starts a run of this workflow (`when` of its trigger). Never throws. */
  wants: (input: EventInput) => Wanted
  subject: (input: EventInput) => string | undefined
  /** The address at which the sender of an event wants to hear how its run ended; undefined: it names none. */
  callbackUrl: (input: EventInput) => string | undefined
  /** What this record says that the case is worth. Never throws. */
  value: (record: JsonObject) => Money | undefined
  /** Never throws, whatever JSON arrives. */
  validate: (input: EventInput, corrections: JsonObject, now: Date) => Validated
  /** Which rule wins, without trace or owner: the fast way. */
  match: (scope: Scope) => Match
  /** Never throws. The owner is that of the rule, else of the route, else of the workflow. */
  decide: (scope: Scope) => Decision
  /** By rule: what of this event is never equal to what the rule compares it with. */
  unlike: (input: EventInput) => { position: number; message: string }[]
  /** The whole trace, one entry a rule, however many there are. Never throws. */
  explain: (scope: Scope) => RuleTrace[]
  /** Whom the owner of the workflow names, as far as the record is known. */
  owner: (scope: Scope) => string[]
  /** Who owns what stops on this route, where no rule led to it. */
  routeOwner: (route: string, scope: Scope) => string[]
  /** What a person entered for a choice, which is told by its place. Never throws. */
  entered: (route: string, position: number, typed: JsonObject) => Entered
  /** What choices ask for, by name: in the record once a person entered it. */
  inputs: ReadonlySet<string>
  /** Whether an owner may come from the record. */
  takesOwners: boolean
  /** Whether a text of a route says something of the run's owner. */
  readsOwner: boolean
  /** Undefined when the route asks for no review. A condition that cannot be told counts as needed. */
  review: (route: string, scope: Scope) => ReviewNeed | undefined
  /**
   * Those that can be told now: what reads an answer that is not there is left out. Throws TemplateError naming the expression
   * that has no value, or the secret that is not set.
   */
  actions: (route: string, scope: Scope, secrets?: Secrets) => RenderedAction[]
  /** One of them, whatever the others lack. Throws as `actions` does. */
  action: (route: string, position: number, scope: Scope, secrets?: Secrets) => RenderedAction
  /** The text of a route's own exception; parts that have no value are shown as such. */
  exceptionText: (route: string, scope: Scope) => string | undefined
  /** What a card says of a case on this route, at its review or at its exception. Never throws. */
  card: (route: string | null, part: CardPart, scope: Scope) => RenderedCard
  /** Renders any text of this workflow. Throws TemplateError. */
  render: (text: string, scope: Scope, secrets?: Secrets) => string
  /** Whether a CEL condition holds; for replay --where and the like. Throws TemplateError when it cannot be told. */
  holds: (condition: string, scope: Scope) => boolean
  /** What fields, subject and id read of an event: `customer.name`, and for which field (null: subject or id). */
  eventPaths: { path: string; field: string | null }[]
  /** Names of the headers that its expressions read. */
  headersRead: ReadonlySet<string>
  lookups: LookupPlan[]
  /** What the workflow reads of a lookup, as the rest of the path; '': all of it. */
  lookupReads: (name: string) => string[]
  /** What to ask for an enrichment, now that the record is known so far. Throws TemplateError. */
  lookup: (name: string, scope: Scope, secrets?: Secrets) => LookupRequest
  /** Every secret the workflow names, without the "secret." before it. */
  secretNames: string[]
  /** Every text with its place, for checks. */
  texts: { template: Template; pointer: Pointer }[]
}
