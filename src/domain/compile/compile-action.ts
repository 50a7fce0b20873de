// One action of a route, compiled: its texts, its condition, and how it becomes a step that can be carried out.
import type { CompileFault, Pointer } from './compile-faults.ts'
import type { Language } from './compile-language.ts'
import { type CallTools, compileCall } from './compile-call.ts'
import { compileObject, textCompiler, type TextCompiler } from './compile-texts.ts'
import type { RenderedAction, Secrets } from './compiled-workflow.ts'
import { type Context, evaluate, type Expression } from '../cel/expression.ts'
import type { Action } from '../workflow-file/route.ts'
import { renderMailAddresses, renderMailLine, renderMailText, renderSlack } from '../text/render-text.ts'
import { hostTakenFrom, takenFrom } from './taken-from.ts'
import { LEAVES_ANSWERS_OUT, renderText, type Template, TemplateError } from '../cel/template.ts'
import { pathsIn } from '../cel/tree.ts'

type Tools = {
  condition: (source: string | undefined, pointer: Pointer) => Expression | undefined
  language: Language
  faults: CompileFault[]
}
type Rendered = (base: { position: number; name: string }, context: Context) => RenderedAction
export interface CompiledAction {
  render: (position: number, context: Context, secrets?: Secrets) => RenderedAction
  /** The answers that it reads, by name. */
  reads: string[]
}

const answersIn = (paths: string[][]): string[] =>
  paths.flatMap(([root, answer]) => (root === 'actions' && answer !== undefined ? [answer] : []))

export const compileAction = (action: Action, pointer: Pointer, tools: Tools): CompiledAction => {
  const { condition, language, faults } = tools
  const seen: { template: Template; pointer: Pointer }[] = []
  const when = condition(action.when, [...pointer, 'when'])
  const compile = textCompiler(language.onText, faults, seen)
  const { connections, vars } = language
  const render = rendererOf(action, pointer, { compile, connections, vars, faults })
  language.texts.push(...seen)
  const templates = seen.map(({ template }) => template)
  const asked = when ? answersIn(pathsIn(when.tree).map(({ path }) => path)) : []
  const reads = [...new Set([...asked, ...templates.flatMap((template) => answersIn(template.reads))])]

  const renderAction = (position: number, context: Context, secrets?: Secrets): RenderedAction => {
    const base = { position, name: action.action }
    if (when && asked.length > 0 && context[LEAVES_ANSWERS_OUT] === true)
      return {
        ...render(base, language.withSecrets(context, templates, secrets)),
        onlyWhen: when.source,
      }
    if (when) {
      const result = evaluate(when, context)
      if (result.kind === 'fault') throw new TemplateError(when.source, result.message)
      // What the condition reads may be absent; then it does not hold.
      if (result.kind === 'absent' || result.value !== true) return { ...base, kind: 'skipped' }
    }
    return render(base, language.withSecrets(context, templates, secrets))
  }
  return { render: renderAction, reads }
}

const whereTo = (source: string | undefined) => (source === undefined ? {} : { takenFrom: source })

const rendererOf = (action: Action, pointer: Pointer, tools: CallTools): Rendered => {
  const compile: TextCompiler = tools.compile
  /** A text that did not compile is never rendered, since compiling then fails. */
  const text = <T extends string>(
    render: (template: Template, context: Context) => T,
    source: string,
    ...place: string[]
  ) => {
    const template = compile(source, [...pointer, ...place])
    return (context: Context): T => (template ? render(template, context) : ('' as T))
  }
  if (action.http) {
    const call = compileCall(action.http, 'POST', [...pointer, 'http'], tools)
    const from = whereTo(hostTakenFrom(action.http, tools))
    return (base, context) => ({ ...base, ...from, kind: 'http', call: call(context) })
  }
  if (action.emit) {
    const { workflow } = action.emit
    const event = compileObject(action.emit.event, [...pointer, 'emit', 'event'], compile)
    return (base, context) => ({ ...base, kind: 'emit', workflow, event: event(context) })
  }
  if (action.email) {
    const to = text(renderMailAddresses, action.email.to, 'email', 'to')
    const subject = text(renderMailLine, action.email.subject, 'email', 'subject')
    const body = text(renderMailText, action.email.text, 'email', 'text')
    return (base, context) => ({
      ...base,
      kind: 'email',
      to: to(context),
      subject: subject(context),
      text: body(context),
    })
  }
  const channel = text(renderText, action.slack?.channel ?? '', 'slack', 'channel')
  const body = text(renderSlack, action.slack?.text ?? '', 'slack', 'text')
  const from = whereTo(takenFrom(action.slack?.channel ?? ''))
  return (base, context) => ({
    ...base,
    ...from,
    kind: 'slack',
    channel: channel(context),
    text: body(context),
  })
}
