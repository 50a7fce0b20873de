// What a sender's events are known by: their keys, their places in a delivery, their types.
import type { Context, Expression } from '../cel/expression.ts'
import { type EventInput, requestOf } from '../event-input.ts'
import { keyHeadersOf, type Receiving } from '../senders/receiving.ts'
import type { JsonValue } from '../values/json.ts'
import type { Vars } from '../workflow-file/standards.ts'
import { batchOf } from './batch.ts'
import { shorten } from '../text/cut.ts'
import { earlyText, LONGEST_LABEL } from './early-expression.ts'

export interface CompiledSender {
  /** The key a repeated delivery is known by: the `id`, else a header that may name it (keyHeadersOf). Of any length. */
  dedupeKey: (input: EventInput) => string | undefined
  /** The events of a delivery, where it may have several (`each`); undefined: it is one. */
  batch: (input: EventInput) => JsonValue[] | undefined
  /** What kind of event its sender calls it. */
  type: (input: EventInput) => string | undefined
}

/** Compiles an expression of the sender; undefined: it has none, or it is at fault, which is noted. */
export type CompilePart = (source: string | undefined, part: 'id' | 'each' | 'type') => Expression | undefined

/** `ids`: what `dedupeKey` reads. */
export function compileSender(
  receiving: Receiving | undefined,
  compile: CompilePart,
  vars: Vars,
): CompiledSender & { ids: Expression[] } {
  const ids = (receiving?.ids ?? []).flatMap((one) => compile(one, 'id') ?? [])
  const each = compile(receiving?.each, 'each')
  const type = compile(receiving?.type, 'type')
  const keyHeaders = keyHeadersOf(receiving)
  const contextOf = (input: EventInput): Context => ({ event: input.body, ...requestOf(input), vars })
  return {
    ids,
    dedupeKey: (input) =>
      ids.map((id) => earlyText(id, contextOf(input))).find((key) => key !== undefined) ??
      keyHeaders.map((name) => input.headers[name]).find((key) => key !== undefined && key !== ''),
    batch: (input) => each && batchOf(each, contextOf(input)),
    type: (input) => {
      const text = earlyText(type, contextOf(input))
      return text && shorten(text, LONGEST_LABEL)
    },
  }
}
