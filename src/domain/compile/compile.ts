// A definition made ready to run: every expression parsed and checked, once per version. The result is pure:
// the same input and version give the same answer, and nothing here throws because of what an event holds.
import { pathsIn } from '../cel/tree.ts'
import { compileCards } from './compile-card.ts'
import { compileChoices } from './compile-choices.ts'
import { compileEnrichments } from './compile-enrich.ts'
import { CompileError, type CompileFault } from './compile-faults.ts'
import { compileFields, validateFields } from './compile-fields.ts'
import { compileRoutes } from './compile-routes.ts'
import { compileRules } from './compile-rules.ts'
import { compileValue } from './compile-value.ts'
import { compileLanguage } from './compile-language.ts'
import { compileSender } from './compile-sender.ts'
import { wantedBy } from './compile-filter.ts'
import { earlyText, LONGEST_LABEL } from './early-expression.ts'
import { findAnswerReads } from './answer-reads.ts'
import { findOwnerReads } from './owner-reads.ts'
import { markedIn } from '../masking/marked.ts'
import { subjectWithout } from '../masking/redact.ts'
import { shorten } from '../text/cut.ts'
import { HIDE, LEAVES_ANSWERS_OUT } from '../cel/template.ts'
import { recordValues } from '../cel/values.ts'
import type { CompiledWorkflow } from './compiled-workflow.ts'
import type { Decision, Match, Scope } from '../rules/decision.ts'
import type { Definition } from '../workflow-file/definition.ts'
import { type EventInput, requestOf } from '../event-input.ts'
import { type Context, evaluate, type Expression } from '../cel/expression.ts'
import type { JsonValue } from '../values/json.ts'
import type { Standards } from '../workflow-file/standards.ts'
import { receivingOf } from '../senders/receiving.ts'
import { bareSecret } from '../text/text-kinds.ts'
import { filterOf } from '../workflow-file/trigger.ts'

/** Throws CompileError with every fault of the definition. */
export const compileWorkflow = (definition: Definition, standards: Standards): CompiledWorkflow => {
  const { compiled, faults } = tryCompileWorkflow(definition, standards)
  if (faults.length > 0) throw new CompileError(definition.workflow, faults)
  return compiled
}

/** Compiles as far as it goes and says all that is wrong; the result is only to be used when nothing is. */
export const tryCompileWorkflow = (
  definition: Definition,
  standards: Standards,
): { compiled: CompiledWorkflow; faults: CompileFault[] } => {
  const faults: CompileFault[] = []
  const language = compileLanguage(definition, standards)
  const { vars } = standards
  const { webhook } = definition.trigger
  const receiving = webhook && receivingOf(webhook)

  const eventExpression = (source: string | undefined, pointer: string[]): Expression | undefined => {
    const one = source === undefined ? undefined : language.onEvent(source)
    if (one?.ok === false) faults.push({ pointer, ...one.fault })
    return one?.ok === true ? one.expression : undefined
  }
  const filtering = filterOf(definition.trigger)
  const { ids, ...sender } = compileSender(
    receiving,
    // What an event is called is only asked where some are ignored.
    (one, part) =>
      part === 'type' && filtering === undefined
        ? undefined
        : eventExpression(one, ['trigger', 'webhook', part]),
    vars,
  )
  const filter = filtering && eventExpression(filtering.when, filtering.pointer)
  if (filtering && filter && filter.type !== 'bool' && filter.type !== 'dyn')
    faults.push({
      pointer: filtering.pointer,
      message: `when asks a question that is true or false, and this is of type ${filter.type}`,
    })
  const subject = eventExpression(definition.subject, ['subject'])
  const callbackUrl = eventExpression(definition.callback?.url, ['callback', 'url'])
  const shown = subject && markedIn(subject.tree, language.known.marks)
  if (shown !== undefined)
    faults.push({
      pointer: ['subject'],
      message: `the subject is shown wherever the run is; "${shown}" is secret or personal, so another value has to be it`,
    })
  const fields = compileFields(definition.fields, language.onRecord, faults)
  const value = compileValue(definition.value, language, faults)
  const rules = compileRules(
    definition.rules,
    {
      environments: language.environments,
      known: language.known,
      compile: language.onRecord,
      fields: definition.fields,
    },
    faults,
  )
  const routes = compileRoutes(definition, language, faults)
  const enrichments = compileEnrichments(definition, language, faults)
  const choices = compileChoices(definition, faults)
  const cards = compileCards(definition, language, faults)

  const readsOwner = findOwnerReads(language.texts, faults)
  findAnswerReads(definition, language, faults)

  const toValues = recordValues({ ...definition.fields, ...language.inputs })
  const contextOf = (scope: Scope): Context => ({
    event: scope.input.body,
    ...requestOf(scope.input),
    record: toValues(scope.record),
    vars: scope.vars,
    now: scope.now,
    owner: scope.owner ?? {},
    actions: scope.actions ?? {},
    ...(scope.leavesAnswersOut === true && { [LEAVES_ANSWERS_OUT]: true }),
    ...(scope.isShown === true && { [HIDE]: true }),
  })
  const onArrival = (input: EventInput): Context => ({ event: input.body, ...requestOf(input), vars })

  const decisionOf = (match: Match, scope: Scope, context: Context): Decision => {
    const trace = rules.trace(scope.record, context, match)
    const rule = match.kind === 'match' ? definition.rules[match.position] : undefined
    if (match.kind === 'match' && rule)
      return {
        kind: 'route',
        rule: rule.name,
        position: match.position,
        route: rule.route,
        owner: routes.owners(match.position, context),
        trace,
      }
    if (match.kind === 'error')
      return {
        kind: 'exception',
        reason: match.absent ? 'missing_field' : 'invalid_field',
        message: `The rule "${definition.rules[match.position]?.name}" could not be evaluated: ${match.message}`,
        trace,
      }
    return { kind: 'exception', reason: 'no_rule_matched', message: 'No rule matches this record', trace }
  }

  const compiled: CompiledWorkflow = {
    definition,
    ...sender,
    wants: (input) => (filter ? wantedBy(filter, onArrival(input)) : { kind: 'wanted' }),
    subject: (input) => {
      const text = earlyText(subject, onArrival(input))
      // Cut after masking: the beginning of a value that the cut went through would not be known for it.
      return text && shorten(subjectWithout(text, input.body, language.known.marks), LONGEST_LABEL)
    },
    callbackUrl: (input) => {
      const found = callbackUrl && evaluate(callbackUrl, { event: input.body, ...requestOf(input), vars })
      return found?.kind === 'value' && typeof found.value === 'string' && found.value !== ''
        ? found.value
        : undefined
    },
    value: (record) => value(toValues(record)),
    validate: (input, corrections, now) =>
      validateFields(fields, corrections, {
        event: input.body,
        ...requestOf(input),
        record: {},
        vars,
        now,
      }),
    match: (scope) => rules.match(scope.record, () => contextOf(scope)),
    decide: (scope) => {
      const context = contextOf(scope)
      return decisionOf(
        rules.match(scope.record, () => context),
        scope,
        context,
      )
    },
    unlike: ({ body }) => rules.unlike(body as JsonValue),
    explain: (scope) => {
      const context = contextOf(scope)
      const match = rules.match(scope.record, () => context)
      return rules.trace(scope.record, context, match, true)
    },
    owner: (scope) => routes.workflowOwner(contextOf(scope)),
    routeOwner: (route, scope) => routes.ownersOf(route, contextOf(scope)),
    entered: choices.entered,
    inputs: new Set(Object.keys(language.inputs)),
    takesOwners: routes.takesOwners,
    readsOwner,
    review: (route, scope) => routes.review(route, contextOf(scope)),
    actions: (route, scope, secrets) => routes.actions(route, contextOf(scope), secrets),
    action: (route, position, scope, secrets) => routes.action(route, position, contextOf(scope), secrets),
    exceptionText: (route, scope) => routes.exceptionText(route, contextOf(scope)),
    card: (route, part, scope) => cards(route, part, contextOf(scope)),
    render: (text, scope, secrets) => language.render(text, contextOf(scope), secrets),
    holds: (condition, scope) => language.holds(condition, contextOf(scope)),
    eventPaths: [
      ...fields.flatMap(({ name, from, currency }) =>
        [from, ...(currency ? [currency] : [])].flatMap((one) =>
          eventPathsIn(one).map((path) => ({ path, field: name })),
        ),
      ),
      ...[...ids, subject, filter]
        .flatMap((one) => (one ? eventPathsIn(one) : []))
        .map((path) => ({ path, field: null })),
    ],
    headersRead: language.known.headers,
    lookups: enrichments.plans,
    lookupReads: (name) => [...(language.reads.get(name) ?? [])],
    lookup: (name, scope, secrets) => {
      const record = enrichments.seenBy(name, scope.record)
      return enrichments.request(name, contextOf({ ...scope, record }), secrets)
    },
    secretNames: [
      ...new Set([
        ...language.texts.flatMap(({ template }) => template.secrets),
        ...(receiving?.allSecrets ?? []),
        ...(definition.callback ? [bareSecret(definition.callback.secret)] : []),
      ]),
    ],
    texts: language.texts,
  }
  return { compiled, faults }
}

/** `event.customer.name` → `customer.name`. */
const eventPathsIn = ({ tree }: Expression): string[] =>
  pathsIn(tree).flatMap(({ path: [root, ...rest] }) =>
    root === 'event' && rest.length > 0 ? [rest.join('.')] : [],
  )
