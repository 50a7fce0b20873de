// Enrichments, compiled: which there are, what each needs first, and what to ask once the record is known.
import type { CompileFault } from './compile-faults.ts'
import type { Language } from './compile-language.ts'
import type { Secrets } from './compiled-workflow.ts'
import { compileCall } from './compile-call.ts'
import { textCompiler } from './compile-texts.ts'
import { hostTakenFrom } from './taken-from.ts'
import { pathsIn } from '../cel/tree.ts'
import { textOf } from '../cel/values.ts'
import type { LookupPlan, LookupRequest } from '../rules/decision.ts'
import type { Definition } from '../workflow-file/definition.ts'
import { parseDuration } from '../time/duration.ts'
import type { JsonObject } from '../values/json.ts'
import type { Enrichment } from '../workflow-file/enrich.ts'
import { type Context, evaluate, type Expression } from '../cel/expression.ts'
import { type Template, TemplateError } from '../cel/template.ts'

type Ask = (context: Context, secrets?: Secrets) => LookupRequest
type One = { ask: Ask; reads: string[][] }

export const compileEnrichments = (definition: Definition, language: Language, faults: CompileFault[]) => {
  const names = Object.keys(definition.enrich)
  const compiled = new Map<string, One>()
  const plans: LookupPlan[] = []
  for (const [name, entry] of Object.entries(definition.enrich)) {
    const one = compileOne(name, entry, language, faults)
    compiled.set(name, one)
    if (Object.hasOwn(definition.fields, name))
      faults.push({
        pointer: ['enrich', name],
        message: `a field is called ${name} too, and would be hidden`,
      })
    const read = new Set(one.reads.filter(([root]) => root === 'record').map(([, field]) => field))
    // A name that is worked out may be any that is known by then.
    const earlier = read.has(undefined) ? names.slice(0, names.indexOf(name)) : []
    plans.push({
      name,
      missing: entry.missing,
      needs: names.filter((other) => read.has(other) || earlier.includes(other)),
      ...(entry.default !== undefined && { default: entry.default }),
      ...(entry.max_age !== undefined && { maxAgeMs: parseDuration(entry.max_age) }),
    })
    const later = plans.at(-1)?.needs.find((other) => names.indexOf(other) >= names.indexOf(name))
    if (later !== undefined)
      faults.push({
        pointer: ['enrich', name],
        message: `${name} reads record.${later}, which is only known after it: put ${later} first`,
      })
  }
  return {
    plans,
    /** What a lookup sees of a record: of the other lookups what it waits for, and not what happens to be known or comes later. */
    seenBy: (name: string, record: JsonObject): JsonObject => {
      const needs = plans.find((plan) => plan.name === name)?.needs ?? []
      const isHidden = (one: string) => names.includes(one) && !needs.includes(one)
      return Object.fromEntries(Object.entries(record).filter(([one]) => !isHidden(one)))
    },
    request: (name: string, context: Context, secrets?: Secrets): LookupRequest =>
      compiled.get(name)?.ask(context, secrets) ?? {
        kind: 'absent',
        because: `there is no enrichment ${name}`,
      },
  }
}

const keyed =
  (expression: Expression | undefined, make: (key: string) => LookupRequest): Ask =>
  (context) => {
    if (!expression) return { kind: 'absent', because: 'its key could not be read' }
    const result = evaluate(expression, context)
    const key = result.kind === 'value' ? textOf(result.value) : ''
    return key === ''
      ? {
          kind: 'absent',
          because: result.kind === 'value' ? `${expression.source} is empty` : result.message,
        }
      : make(key)
  }

const readsOf = (one: Expression | undefined) => (one ? pathsIn(one.tree).map(({ path }) => path) : [])

const compileOne = (name: string, entry: Enrichment, language: Language, faults: CompileFault[]): One => {
  const expression = (source: string, ...place: string[]): Expression | undefined => {
    const one = language.onRecord(source)
    if (one.ok) return one.expression
    faults.push({ pointer: ['enrich', name, ...place], ...one.fault })
    return undefined
  }

  if (entry.lookup !== undefined) {
    const { lookup: table } = entry
    const key = expression(entry.key ?? '', 'key')
    return {
      ask: keyed(key, (of) => ({
        kind: 'table',
        table,
        key: of,
        ...(key?.isMarked === true && { isMarked: true }),
      })),
      reads: readsOf(key),
    }
  }
  if (entry.history) {
    const withinMs = parseDuration(entry.history.within)
    const same = expression(entry.history.same, 'history', 'same')
    return { ask: keyed(same, (of) => ({ kind: 'history', same: of, withinMs })), reads: readsOf(same) }
  }
  const seen: { template: Template; pointer: readonly (string | number)[] }[] = []
  const compile = textCompiler(language.onText, faults, seen)
  const { connections, vars } = language
  const tools = { compile, connections, vars, faults }
  const call = entry.http && compileCall(entry.http, 'GET', ['enrich', name, 'http'], tools)
  language.texts.push(...seen)
  const hostFrom = entry.http && hostTakenFrom(entry.http, language)
  const from = hostFrom === undefined ? {} : { hostFrom }
  const templates = seen.map(({ template }) => template)
  const ask: Ask = (context, secrets) => {
    if (!call) return { kind: 'absent', because: 'it asks nothing' }
    // A secret that is not set is our own gap and is thrown; a value that is not there is the record's.
    const withSecrets = language.withSecrets(context, templates, secrets)
    try {
      return { kind: 'http', ...from, ...call(withSecrets) }
    } catch (error) {
      if (error instanceof TemplateError) return { kind: 'absent', because: error.message }
      throw error
    }
  }
  return { ask, reads: templates.flatMap((template) => template.reads) }
}
