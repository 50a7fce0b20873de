// Validate and decide as one pure function: from an event's bytes and what was corrected to what happens next.
import { coverOf } from '../../domain/exceptions/approval.ts'
import { shorten } from '../../domain/text/cut.ts'
import { reasonOfProblems, type RuleTrace, type Scope, type Validated } from '../../domain/rules/decision.ts'
import type { LookupProblem } from '../../domain/values/found.ts'
import { type EventInput, readEvent, type StoredEvent } from '../../domain/event-input.ts'
import { asJson, type JsonObject } from '../../domain/values/json.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import type { Route } from '../../domain/workflow-file/route.ts'
import type { CardPart, RenderedCard } from '../../domain/compile/compile-card.ts'
import type { Reason } from '../../domain/exceptions/reasons.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'

export interface Verdict {
  fields: JsonObject
  sources: JsonObject
  rule: string | null
  route: string | null
  owner: string[]
  trace: RuleTrace[]
  next:
    | { kind: 'end'; outcome: Outcome; note: string | null }
    | { kind: 'act' }
    | {
        kind: 'hold'
        reason: Reason
        detail: string
        data: JsonObject
        about: string
        /** Where the run goes on when the exception is resolved that way. */
        stage: 'decide' | 'act'
        /** Waits under another exception: that one's card stands for this one too. */
        underCard?: string
        review?: { by: string[]; approvals: number; self: boolean }
      }
}

/** Of a run that no rule has decided. */
export const undecided = { rule: null, route: null, owner: [], trace: [] } satisfies Partial<Verdict>

/** What stops a run before anything was read of its event. */
export const heldUnread = (detail: string, about: string): Verdict => ({
  fields: {},
  sources: {},
  ...undecided,
  next: { kind: 'hold', reason: 'invalid_field', detail, data: { fields: [] }, about, stage: 'decide' },
})

const inOrder = (names: string[]): string => names.toSorted().join(',')

/** A stored event as the expressions see it. It could be read when it was captured, so what cannot be read is a fault of ours. */
export function inputOf(event: StoredEvent): EventInput {
  const read = readEvent(event)
  if (read.kind === 'unreadable') throw new Error(read.detail)
  return read.input
}

/** What stops a run at its fields, if anything does. */
export function heldByFields({ fields, sources, problems }: Validated): Verdict | undefined {
  if (problems.length === 0) return undefined
  return {
    fields,
    sources,
    ...undecided,
    next: {
      kind: 'hold',
      reason: reasonOfProblems(problems),
      detail: problems.map(({ message }) => message).join('\n'),
      data: { fields: problems },
      about: inOrder(problems.map(({ field }) => field)),
      stage: 'decide',
    },
  }
}

const MOST_PATHS = 5
const MOST_PATH = 80

function whereText(differs: string[]): string {
  const paths = differs.slice(0, MOST_PATHS).map((path) => shorten(path, MOST_PATH))
  const more = differs.length > MOST_PATHS ? ` and ${differs.length - MOST_PATHS} more` : ''
  return paths.every((path) => path === '') ? '' : ` What differs: ${paths.join(', ')}${more}.`
}

/** What stops a run whose event has the id of an earlier one and says something else. `differs` undefined: it was erased. */
export function heldAsChanged(
  known: Pick<Verdict, 'fields' | 'sources'>,
  { earlierRun, differs }: { earlierRun: string | null; differs: string[] | undefined },
): Verdict {
  const before = earlierRun ?? 'A run that is gone'
  const detail =
    differs === undefined
      ? `${before} came with the same id, and its event was erased: whether this one says the same cannot be told.`
      : `${before} came with the same id and other content.${whereText(differs)}`
  return {
    ...known,
    ...undecided,
    next: {
      kind: 'hold',
      reason: 'duplicate_suspected',
      detail,
      data: { earlier_run: earlierRun },
      about: 'id',
      stage: 'decide',
    },
  }
}

/** What stops a run at its lookups. What was found is kept; `reads`: what of each a person would have to fill in. */
export function heldByLookups(
  known: Pick<Verdict, 'fields' | 'sources'>,
  problems: LookupProblem[],
  reads: (name: string) => string[],
): Verdict {
  const failed = problems.find(({ reason }) => reason === 'lookup_failed')
  return {
    ...known,
    ...undecided,
    next: {
      kind: 'hold',
      reason: failed?.reason ?? 'stale_data',
      detail: problems.map(({ message }) => message).join('\n'),
      data: { lookups: problems.map((problem) => ({ ...problem, reads: reads(problem.name) })) },
      about: inOrder(problems.map(({ name }) => name)),
      stage: 'decide',
    },
  }
}

/** The lookups that stopped it. */
export const unansweredIn = ({ next }: Verdict): string[] =>
  next.kind === 'hold' && 'lookups' in next.data
    ? (next.data['lookups'] as unknown as LookupProblem[]).map(({ name }) => name)
    : []

/** Routes a valid record. Never throws: what cannot be told is an exception with its trace. */
export function judge(
  version: ReadyVersion,
  known: Pick<Verdict, 'fields' | 'sources'>,
  scope: Scope,
): Verdict {
  const { compiled } = version
  const decision = compiled.decide(scope)
  const base = { ...undecided, fields: known.fields, sources: known.sources, trace: decision.trace }
  if (decision.kind === 'exception') {
    return {
      ...base,
      next: {
        kind: 'hold',
        reason: decision.reason,
        detail: decision.message,
        data: {},
        about: 'rules',
        stage: 'decide',
      },
    }
  }
  const { rule, route, owner } = decision
  return { ...base, rule, route, owner, next: enterRoute(version, route, scope, rule) }
}

/** What a run does first on a route: it waits for its approvers, acts, or is at its end. `because`: what led there. */
export function enterRoute(
  version: ReadyVersion,
  name: string,
  scope: Scope,
  because: string,
): Verdict['next'] {
  const { compiled } = version
  const route = compiled.definition.routes[name]
  if (!route) throw new Error(`version ${version.id} leads to the unknown route ${name}`)
  const review = compiled.review(name, scope)
  if (review?.needed) {
    return {
      kind: 'hold',
      reason: 'approval_required',
      detail: `${because} → ${route.title ?? name} needs approval.`,
      data: { route: name, covers: asJson(coverOf(compiled, { route: name, step: 0 }, scope)) },
      about: name,
      stage: 'act',
      review: { by: review.by, approvals: review.approvals, self: review.self },
    }
  }
  return route.actions.length > 0 ? { kind: 'act' } : endOfRoute(version, name, scope)
}

/** What stands at the end of a route, once its actions (if any) are done. */
export function endOfRoute(
  version: ReadyVersion,
  name: string,
  scope: Scope,
): Exclude<Verdict['next'], { kind: 'act' }> {
  const route = version.compiled.definition.routes[name]
  if (route?.outcome) return { kind: 'end', outcome: route.outcome, note: null }
  return {
    kind: 'hold',
    reason: route?.exception?.reason ?? 'internal_error',
    detail: version.compiled.exceptionText(name, scope) || 'The workflow hands this case to a person.',
    data: { route: name, origin: 'route', ...choicesOf(route?.exception) },
    about: name,
    stage: 'act',
  }
}

interface Holding {
  review?: object | undefined
  data: JsonObject
}

/** Which part of the route's file a hold is of. */
export const partOf = ({ review, data }: Holding): CardPart =>
  review ? 'review' : data['origin'] === 'route' ? 'exception' : undefined

interface About {
  event: StoredEvent
  record: JsonObject
  now: Date
}

/** What the file says of a case that is held there, for its card. Never throws. */
export function cardOf(
  { compiled, standards }: ReadyVersion,
  { route, next }: { route: string | null; next: Holding },
  { event, record, now }: About,
): RenderedCard {
  const read = readEvent(event)
  if (read.kind === 'unreadable') return {}
  return compiled.card(route, partOf(next), { record, input: read.input, vars: standards.vars, now })
}

/** What the person may choose there, as the exception keeps it. */
function choicesOf(exception: Route['exception']): JsonObject {
  if (!exception?.choices) return {}
  const choices = exception.choices.map(({ label, style, form }) => ({
    label,
    ...(style === undefined ? {} : { style }),
    ...(form === undefined ? {} : { asks: true }),
  }))
  return { choices }
}
