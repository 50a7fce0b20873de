// The texts of a definition that are sent somewhere, compiled once: bodies, messages, owners. Calls: compile-call.ts.
import type { CompileFault, Pointer } from './compile-faults.ts'
import type { Context } from '../cel/expression.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'
import { renderValue, type Template, type compileTemplate } from '../cel/template.ts'

export type TextCompiler = (text: string, pointer: Pointer) => Template | undefined

/** Notes faults as it goes; a text that does not compile is never rendered, since compiling then fails. */
export const textCompiler =
  (
    compile: (text: string) => ReturnType<typeof compileTemplate>,
    faults: CompileFault[],
    seen: { template: Template; pointer: Pointer }[],
  ): TextCompiler =>
  (text, pointer) => {
    const compiled = compile(text)
    if (!compiled.ok) {
      faults.push({ pointer, ...compiled.fault })
      return undefined
    }
    seen.push({ template: compiled.template, pointer })
    return compiled.template
  }

type RenderJson = (context: Context) => JsonValue

export const compileJson = (json: JsonValue, pointer: Pointer, compile: TextCompiler): RenderJson => {
  if (typeof json === 'string') {
    const template = compile(json, pointer)
    return (context) => (template ? renderValue(template, context) : null)
  }
  if (Array.isArray(json)) {
    const items = json.map((item, at) => compileJson(item, [...pointer, at], compile))
    return (context) => items.map((render) => render(context))
  }
  if (isJsonObject(json)) return compileObject(json, pointer, compile)
  return () => json
}

export const compileObject = (
  json: JsonObject,
  pointer: Pointer,
  compile: TextCompiler,
): ((context: Context) => JsonObject) => {
  const entries = Object.entries(json).map(
    ([name, inner]) => [name, compileJson(inner, [...pointer, name], compile)] as const,
  )
  return (context) => Object.fromEntries(entries.map(([name, render]) => [name, render(context)]))
}
