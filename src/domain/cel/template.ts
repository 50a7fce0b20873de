// Texts with ${…}: read once into parts, rendered as often as needed.
import type { Environments } from './environment.ts'
import { pathsIn } from './tree.ts'
import { jsonOf, textOf } from './values.ts'
import { type Context, evaluate, type Expression, compileExpression, type KnownNames } from './expression.ts'
import type { ExpressionFault } from './expression-fault.ts'
import type { JsonValue } from '../values/json.ts'
import { MASK } from '../masking/marked.ts'
import { split } from './template-parts.ts'

/** In a context: what is secret or personal is masked in what is rendered. */
export const HIDE = Symbol('hide what is marked')
/** In a context: for people to read, so that what is missing is shown as missing, and the rest of the text stands. */
export const SHOWS_MISSING = Symbol('show what is missing')
const MISSING = '—'
/** In a context: what reads the answer of an action stands as it is written. */
export const LEAVES_ANSWERS_OUT = Symbol('leave answers out')

/** Thrown when a text cannot be rendered: an expression in it has no value, or a secret is not set. */
export class TemplateError extends Error {
  override name = 'TemplateError'
  readonly expression: string
  constructor(expression: string, message: string) {
    super(`\${${expression}}: ${message}`)
    this.expression = expression
  }
}

/** `fromUs`: it reads nothing but `vars`, secrets and how Slack mentions the owner. `readsAnswer`: of an action before it. */
type ValuePart = { expression: Expression; fromUs: boolean; readsAnswer: boolean }
export type Template = { parts: ({ text: string } | ValuePart)[]; secrets: string[]; reads: string[][] }
export type TemplateFault = ExpressionFault

const isFromUs = ([root = '', name]: string[]): boolean =>
  root === 'vars' || root === 'secret' || (root === 'owner' && name === 'mention')

export const compileTemplate = (
  environments: Environments,
  text: string,
  known: KnownNames,
): { ok: true; template: Template } | { ok: false; fault: TemplateFault } => {
  const found = split(text)
  if ('openAt' in found)
    return {
      ok: false,
      fault: {
        message: '${ is not closed: write ${record.name}, or $${ for the signs themselves',
        at: found.openAt,
      },
    }
  const template: Template = { parts: [], secrets: [], reads: [] }
  for (const part of found.parts) {
    if ('text' in part) {
      template.parts.push(part)
      continue
    }
    const compiled = compileExpression(environments, part.source, known)
    if (!compiled.ok) return { ok: false, fault: { ...compiled.fault, at: compiled.fault.at + part.at } }
    const paths = pathsIn(compiled.expression.tree).map(({ path }) => path)
    template.reads.push(...paths)
    template.secrets.push(...paths.filter(([root]) => root === 'secret').map(([, name = '']) => name))
    const fromUs = paths.length > 0 && paths.every(isFromUs)
    const readsAnswer = paths.some(([root]) => root === 'actions')
    template.parts.push({ expression: compiled.expression, fromUs, readsAnswer })
  }
  return { ok: true, template }
}

/** What `render` makes; undefined where a text of it cannot be rendered. */
export function ifRendered<T>(render: () => T): T | undefined {
  try {
    return render()
  } catch (error) {
    if (error instanceof TemplateError) return undefined
    throw error
  }
}

/** Whether a part is not worked out here, but stands as it is written. */
export const isLeftOut = ({ readsAnswer }: ValuePart, context: Context): boolean =>
  readsAnswer && context[LEAVES_ANSWERS_OUT] === true

/** undefined: an optional has none. Throws TemplateError where there should be a value. */
export const valueOf = (part: ValuePart, context: Context): unknown => {
  const { expression } = part
  if (isLeftOut(part, context)) return `\${${expression.source}}`
  if (expression.isMarked && context[HIDE] === true) return MASK
  const result = evaluate(expression, context)
  if (result.kind === 'value') return result.value
  if (result.kind === 'absent' && context[SHOWS_MISSING] === true) return MISSING
  if (result.kind === 'absent' && result.mayBe) return undefined
  throw new TemplateError(expression.source, result.message)
}

/** Whether a text has something to say beyond its own words. */
export const saysSomething = ({ parts }: Template, context: Context): boolean => {
  const values = parts.flatMap((part) => ('text' in part ? [] : [part.expression]))
  return values.length === 0 || values.some((one) => evaluate(one, context).kind === 'value')
}

/** The text as it is, for what keeps it as data: whoever shows or sends it escapes it (render-text.ts for texts sent). */
export const renderText = (template: Template, context: Context): string =>
  template.parts.map((part) => ('text' in part ? part.text : textOf(valueOf(part, context)))).join('')

/** A text that is one expression and nothing else gives that value as it is, number or list; others give text. */
export const renderValue = (template: Template, context: Context): JsonValue => {
  const [only] = template.parts
  if (template.parts.length === 1 && only && 'expression' in only)
    return jsonOf(valueOf(only, context)) ?? null
  return renderText(template, context)
}
