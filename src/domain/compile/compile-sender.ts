// What a sender's events are known by: their keys, their places in a delivery, their types.
import type { Context, Expression } from '../cel/expression.ts'
import { pathsIn } from '../cel/tree.ts'
import { type EventInput, requestOf } from '../event-input.ts'
import { keyHeadersOf, type Receiving } from '../senders/receiving.ts'
import type { JsonValue } from '../values/json.ts'
import type { Vars } from '../workflow-file/standards.ts'
import { batchOf } from './batch.ts'
import { shorten } from '../text/cut.ts'
import { earlyText, LONGEST_LABEL } from './early-expression.ts'

export interface CompiledSender {
  /**
   * The key a repeated delivery is known by: the `id`, else a header that may name it (keyHeadersOf). Of any length. With `place`
   * the event is one of a batch: what names the delivery as a whole names it together with its place.
   */
  dedupeKey: (input: EventInput, place?: number) => string | undefined
  /** The events of a delivery, where it may have several (`each`); undefined: it is one. */
  batch: (input: EventInput) => JsonValue[] | undefined
  /** What kind of event its sender calls it. */
  type: (input: EventInput) => string | undefined
}

/** Compiles an expression of the sender; undefined: it has none, or it is at fault, which is noted. */
export type CompilePart = (source: string | undefined, part: 'id' | 'each' | 'type') => Expression | undefined

/** Else its text is the same for all events of a batch. */
const readsEvent = ({ tree }: Expression): boolean => pathsIn(tree).some(({ path }) => path[0] === 'event')

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
    dedupeKey(input, place) {
      const id = ids
        .map((one) => ({ one, key: earlyText(one, contextOf(input)) }))
        .find(({ key }) => key !== undefined)
      if (id && readsEvent(id.one)) return id.key
      const key =
        id?.key ??
        keyHeaders.map((name) => input.headers[name]).find((header) => header !== undefined && header !== '')
      return key === undefined || place === undefined ? key : `${key}#${place}`
    },
    batch: (input) => each && batchOf(each, contextOf(input)),
    type: (input) => {
      const text = earlyText(type, contextOf(input))
      return text && shorten(text, LONGEST_LABEL)
    },
  }
}
