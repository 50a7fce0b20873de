// The language of one workflow: which names stand in which expressions, and how texts are rendered in it.
import { celEnvironments } from '../cel/environment.ts'
import { pathsIn } from '../cel/tree.ts'
import type { Pointer } from './compile-faults.ts'
import { early } from './early-expression.ts'
import type { Secrets } from './compiled-workflow.ts'
import { answerNames } from '../workflow-file/answers.ts'
import { allInputs } from '../workflow-file/choice.ts'
import type { Definition } from '../workflow-file/definition.ts'
import {
  type Compiled,
  type Context,
  compileExpression,
  evaluate,
  type Expression,
  type KnownNames,
} from '../cel/expression.ts'
import { marksOf } from '../masking/marked.ts'
import type { Standards } from '../workflow-file/standards.ts'
import { compileTemplate, renderText, type Template, TemplateError } from '../cel/template.ts'

/** Enough for every text of a workflow; rendering a text again does not compile it again. */
const mostKept = 1000

/** The context with the secrets these texts name. Throws TemplateError when one is not set. */
const withSecrets = (context: Context, templates: Template[], secrets: Secrets | undefined): Context => {
  const secret: Record<string, string> = {}
  for (const name of templates.flatMap((template) => template.secrets)) {
    const value = secrets?.(name)
    if (value === undefined || value === '')
      throw new TemplateError(`secret.${name}`, 'this secret is not set')
    secret[name] = value
  }
  return { ...context, secret }
}

export const compileLanguage = (definition: Definition, standards: Standards) => {
  const calendar = standards.calendars[definition.sla?.calendar ?? 'business']
  const enrich = Object.keys(definition.enrich)
  const base = { vars: standards.vars, calendar, isSent: false }
  const environments = celEnvironments({ ...base, fields: definition.fields, enrich })
  // What people enter is known only on a route that somebody chose.
  const inputs = allInputs(definition)
  const fields = { ...definition.fields, ...inputs }
  const answers = answerNames(definition)
  const hasMore = Object.keys(inputs).length > 0 || answers.length > 0
  const onRoute = hasMore ? celEnvironments({ ...base, fields, enrich, answers }) : environments
  const sending = celEnvironments({ ...base, fields, enrich, answers, isSent: true })
  const known: KnownNames = {
    record: new Set([...Object.keys(definition.fields), ...enrich]),
    vars: new Set(Object.keys(standards.vars)),
    marks: marksOf(definition.fields),
    headers: new Set(),
  }
  const knownOnRoute: KnownNames = {
    ...known,
    record: new Set([...known.record, ...Object.keys(inputs)]),
  }
  /** What is read of each enrichment, as the rest of its path: `tier` of record.customer.tier. */
  const reads = new Map(enrich.map((name) => [name, new Set<string>()]))
  const noting = <T extends Compiled>(compiled: T): T => {
    if (compiled.ok && reads.size > 0) for (const { path } of pathsIn(compiled.expression.tree)) note(path)
    return compiled
  }
  const note = ([root, name = '', ...rest]: readonly string[]) => {
    if (root === 'record') reads.get(name)?.add(rest.join('.'))
  }
  const kept = new Map<string, ReturnType<typeof compileTemplate>>()
  const texts: { template: Template; pointer: Pointer }[] = []
  const conditions: { expression: Expression; pointer: Pointer }[] = []

  const onText = (text: string) => {
    const ready = kept.get(text)
    if (ready) return ready
    const compiled = compileTemplate(sending, text, knownOnRoute)
    if (compiled.ok) for (const path of compiled.template.reads) note(path)
    if (kept.size >= mostKept) kept.clear()
    kept.set(text, compiled)
    return compiled
  }

  return {
    environments,
    known,
    // Versions of before have none.
    connections: standards.connections ?? {},
    vars: standards.vars,
    texts,
    /** Those of routes, with their places. */
    conditions,
    inputs,
    reads,
    onRecord: (source: string): Compiled => noting(compileExpression(environments, source, known)),
    /** For conditions of a route: with what people enter. */
    onRoute: (source: string): Compiled => noting(compileExpression(onRoute, source, knownOnRoute)),
    /** For what is read before there is a record: the dedupe key and the subject. */
    onEvent: (source: string): Compiled => early(compileExpression(environments, source, known)),
    onText,
    withSecrets,
    render: (text: string, context: Context, secrets?: Secrets): string => {
      const compiled = onText(text)
      if (!compiled.ok) throw new TemplateError(text.slice(0, 80), compiled.fault.message)
      return renderText(compiled.template, withSecrets(context, [compiled.template], secrets))
    },
    holds: (condition: string, context: Context): boolean => {
      const compiled = compileExpression(onRoute, condition, knownOnRoute)
      if (!compiled.ok) throw new TemplateError(condition.slice(0, 80), compiled.fault.message)
      const result = evaluate(compiled.expression, context)
      if (result.kind === 'fault') throw new TemplateError(condition.slice(0, 80), result.message)
      return result.kind === 'value' && result.value === true
    },
  }
}

export type Language = ReturnType<typeof compileLanguage>
