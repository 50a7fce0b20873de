// An approval with a change: the record it makes, and what would be sent with it. It approves what its own change makes of
// what the card shows, and nothing else that has become of it meanwhile.
import { lastEdit } from '../../db/runs/attempts.ts'
import { changedBefore } from '../../domain/exceptions/calls-before.ts'
import { coverIn, differenceFrom } from '../../domain/exceptions/approval.ts'
import { secretPlaceholder } from '../../domain/exceptions/action-input.ts'
import { ifRendered } from '../../domain/cel/template.ts'
import type { CompiledWorkflow } from '../../domain/compile/compiled-workflow.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import { canonicalJson } from '../../domain/values/canonical.ts'
import { approversIn } from '../../domain/exceptions/review-of-edit.ts'
import { asJson, type JsonObject } from '../../domain/values/json.ts'
import { lookupsChanged } from '../../domain/rules/lookups-changed.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import { correct } from './correct.ts'
import { coverWith, scopeOf } from './cover.ts'
import type { HeldException, ResolveDeps } from './held.ts'
import type { Prepared } from './prepare.ts'
import { renew } from './renew.ts'
import type { ResolveAnswer } from './resolution.ts'

type Refused = Extract<ResolveAnswer, { kind: 'invalid' | 'not_applicable' }>

const notApplicable = (because: string): Refused => ({ kind: 'not_applicable', because })

export async function approvedWithChange(
  deps: ResolveDeps,
  exception: HeldException,
  { typed, actor }: { typed: JsonObject; actor: Actor },
): Promise<Prepared | Refused> {
  if (exception.reason !== 'approval_required')
    return notApplicable('Nothing runs after this that a change could reach.')
  const { route, step } = exception.run
  const edit = await lastEdit(deps.db.prisma, exception.runId)
  if (edit?.route === route && edit?.step === step)
    return notApplicable('Its input was written by hand, which no change of a field reaches.')
  // All of this is of one moment.
  const at = deps.clock()
  const then = { ...deps, clock: () => at }
  const change = await correct(then, exception, typed)
  if (change.kind === 'invalid') return change
  const { corrections, changes, fields } = change
  if (changes.length === 0) return { kind: 'prepared', inputs: {} }
  const elsewhere = await sentElsewhere(then, exception, fields)
  if (elsewhere !== undefined) return notApplicable(elsewhere)
  const covers = await coverWith(then, exception, fields)
  // Read after it: a channel that changes hands between the two is noticed here, or where it is posted.
  const isAsShown = await stillAsShown(then, exception, { actor, at })
  if (!isAsShown)
    return notApplicable(
      'What would be sent is no longer what the card showed. The card shows it as it is now; look at it again.',
    )
  return { kind: 'prepared', inputs: asJson({ corrections, changes }), change, covers }
}

/** Whether what would be sent without a change is what the card shows; where it is not, the card is renewed. */
async function stillAsShown(
  deps: ResolveDeps,
  exception: HeldException,
  by: { actor: Actor; at: Date },
): Promise<boolean> {
  // Validated as the change was, so that it differs from that in the change alone.
  const unchanged = await correct(deps, exception, {})
  const fields =
    unchanged.kind === 'invalid' ? (await scopeOf(deps, exception)).scope.record : unchanged.fields
  const covers = await coverWith(deps, exception, fields)
  const changes = differenceFrom(coverIn(exception.data, 'covers'), covers)
  if (changes) await renew(deps, exception, { covers, changes, ...by })
  return !changes
}

/** What a route does with a record, as a text to compare; where that cannot be told, it is like no other. */
function doesOf({ definition, actions }: CompiledWorkflow, name: string, scope: Scope): string {
  const route = definition.routes[name]
  const done = ifRendered(() => actions(name, scope, secretPlaceholder))
  const each = done?.map((does) => ({ ...does, name: '' })) ?? name
  return canonicalJson(asJson([route?.outcome ?? null, route?.exception ?? null, each]))
}

/**
 * Why the rules would not leave this record to the approvers who are asked; undefined: they would. A change of an amount is no
 * way round those whom the rules ask about such an amount, nor round the person to whom they would hand it.
 */
async function sentElsewhere(
  deps: ResolveDeps,
  exception: HeldException,
  record: JsonObject,
): Promise<string | undefined> {
  const { version, scope } = await scopeOf(deps, exception)
  const { definition, decide, review } = version.compiled
  const changed = { ...scope, record }
  // What was found belongs to the record as it was: no rule has seen what the changed one would find.
  const [lookup] = lookupsChanged(version.compiled, scope, changed)
  if (lookup !== undefined)
    return `This changes what "${lookup}" is looked up by, and an approval looks nothing up. Decline it and correct it at its source, or replay it with another event.`
  const { route, step } = exception.run
  const before = changedBefore(version.compiled, { route: route ?? '', step }, scope, record)
  if (before !== undefined)
    return `This changes what "${before}" sends, and it has answered already. Decline it and correct it at its source, or replay it with another event.`
  const decision = decide(changed)
  if (decision.kind === 'exception')
    return `With this change the rules decide nothing: ${decision.message} Correct it at its source.`
  const asked = review(route ?? '', scope)
  const wanted = review(decision.route, changed)
  // A route that nobody reviews asks for less than the approval at hand, where it does the same. It may also do something else
  // with such a record, or nothing.
  const isLeft = wanted?.needed
    ? asked && approversIn(asked) === approversIn(wanted)
    : doesOf(version.compiled, route ?? '', changed) === doesOf(version.compiled, decision.route, changed)
  if (isLeft) return undefined
  const title = `"${definition.routes[decision.route]?.title ?? decision.route}"`
  const whose = wanted?.needed
    ? `${title}, for its approvers`
    : definition.routes[decision.route]?.exception
      ? `${title}, where a person decides`
      : `${title}, which does something else`
  return `With this change the rules would send it to ${whose}. Correct it at its source.`
}
