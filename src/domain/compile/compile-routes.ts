// What a route does, compiled: owners, review, actions, the text of its own exception.
import { compileAction } from './compile-action.ts'
import { textCompiler } from './compile-texts.ts'
import type { CompileFault, Pointer } from './compile-faults.ts'
import type { RenderedAction, Secrets } from './compiled-workflow.ts'
import type { Language } from './compile-language.ts'
import type { ReviewNeed } from '../rules/decision.ts'
import type { Definition } from '../workflow-file/definition.ts'
import { type Context, evaluate, type Expression } from '../cel/expression.ts'
import { parseOwner } from '../people/owner.ts'
import { isFromRecord } from '../people/owner-from-record.ts'
import { HIDE, ifRendered, renderText, SHOWS_MISSING, type Template, TemplateError } from '../cel/template.ts'

export const compileRoutes = (definition: Definition, language: Language, faults: CompileFault[]) => {
  const condition = (source: string | undefined, pointer: Pointer): Expression | undefined => {
    if (source === undefined) return undefined
    const compiled = language.onRoute(source)
    if (!compiled.ok) faults.push({ pointer, ...compiled.fault })
    else if (compiled.expression.type === 'bool' || compiled.expression.type === 'dyn') {
      language.conditions.push({ expression: compiled.expression, pointer })
      return compiled.expression
    } else
      faults.push({
        pointer,
        message: `a condition is true or false, and this is of type ${compiled.expression.type}`,
      })
    return undefined
  }

  const ownerTexts = (owner: readonly string[] | undefined, pointer: Pointer) => {
    const compile = textCompiler(language.onText, faults, language.texts)
    return owner?.map((text, at) => (isFromRecord(text) ? (compile(text, [...pointer, at]) ?? text) : text))
  }
  const ruleOwners = definition.rules.map((rule, at) => ownerTexts(rule.owner, ['rules', at, 'owner']))
  const routeOwners = new Map(
    Object.entries(definition.routes).map(([name, route]) => [
      name,
      ownerTexts(route.owner, ['routes', name, 'owner']),
    ]),
  )
  const workflowOwner = ownerTexts(definition.owner, ['owner'])

  const reviews = new Map(
    Object.entries(definition.routes).map(([name, { review }]) => [
      name,
      condition(review?.when, ['routes', name, 'review', 'when']),
    ]),
  )
  const steps = new Map(
    Object.entries(definition.routes).map(([name, route]) => [
      name,
      route.actions.map((action, at) =>
        compileAction(action, ['routes', name, 'actions', at], { condition, language, faults }),
      ),
    ]),
  )
  for (const [name, route] of Object.entries(definition.routes)) {
    if (route.exception?.reason === 'approval_required')
      faults.push({
        pointer: ['routes', name, 'exception', 'reason'],
        message:
          'an approval lets actions go on, and here nothing would: use "review" with actions and an outcome, or the reason needs_judgement',
      })
    if (route.exception?.text !== undefined)
      textCompiler(
        language.onText,
        faults,
        language.texts,
      )(route.exception.text, ['routes', name, 'exception', 'text'])
  }

  return {
    owners: (position: number, context: Context): string[] => {
      const route = definition.rules[position]?.route ?? ''
      return namesIn(ruleOwners[position] ?? routeOwners.get(route) ?? workflowOwner, context)
    },
    /** Of a route that a person or the time chose, and no rule. */
    ownersOf: (name: string, context: Context): string[] =>
      namesIn(routeOwners.get(name) ?? workflowOwner, context),
    takesOwners: [...ruleOwners, ...routeOwners.values(), workflowOwner].some((owners) =>
      owners?.some((text) => typeof text !== 'string'),
    ),
    workflowOwner: (context: Context): string[] => namesIn(workflowOwner, context),
    review: (name: string, context: Context): ReviewNeed | undefined => {
      const review = definition.routes[name]?.review
      const when = reviews.get(name)
      if (!review || !when) return undefined
      const result = evaluate(when, context)
      const needed = !(result.kind === 'value' && result.value === false)
      return { needed, by: review.by, approvals: review.approvals, self: review.self }
    },
    actions: (name: string, context: Context, secrets?: Secrets): RenderedAction[] =>
      (steps.get(name) ?? []).flatMap(({ render, reads }, position) =>
        reads.every((answer) => isKnown(answer, context)) ? [render(position, context, secrets)] : [],
      ),
    action: (name: string, position: number, context: Context, secrets?: Secrets): RenderedAction => {
      const step = steps.get(name)?.[position]
      if (!step) throw new Error(`the route ${name} has no step ${position}`)
      return step.render(position, context, secrets)
    },
    exceptionText: (name: string, context: Context): string | undefined => {
      const text = definition.routes[name]?.exception?.text
      if (text === undefined) return undefined
      try {
        // It is shown wherever the run is.
        return language.render(text, { ...context, [HIDE]: true, [SHOWS_MISSING]: true })
      } catch (error) {
        // The person must hear of the exception even when a value for its text is missing.
        if (error instanceof TemplateError) return `${text} (${error.message})`
        throw error
      }
    },
  }
}

const isKnown = (answer: string, { actions }: Context): boolean =>
  typeof actions === 'object' && actions !== null && Object.hasOwn(actions, answer)

const namesIn = (texts: readonly (string | Template)[] | undefined, context: Context): string[] =>
  (texts ?? []).flatMap((text) => (typeof text === 'string' ? [text] : renderedOwner(text, context)))

/** A name that comes from data counts only when it is a plain one; anything else is nobody. */
const renderedOwner = (text: Template, context: Context): string[] => {
  const name = ifRendered(() => renderText(text, context).trim())
  return name !== undefined && parseOwner(name)?.strategy === 'one' ? [name] : []
}
