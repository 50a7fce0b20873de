// A source of signalbox.yaml made ready to receive: how its sender proves itself, and what its events are known by.
import { celEnvironments } from '../cel/environment.ts'
import { compileExpression, type KnownNames } from '../cel/expression.ts'
import { marksOf } from '../masking/marked.ts'
import { type Receiving, receivingOf } from '../senders/receiving.ts'
import type { Standards } from '../workflow-file/standards.ts'
import type { Source } from '../workflow-file/webhook.ts'
import type { CompileFault } from './compile-faults.ts'
import { type CompiledSender, compileSender } from './compile-sender.ts'
import { early } from './early-expression.ts'

export interface CompiledSource extends CompiledSender {
  name: string
  source: Source
  receiving: Receiving
}

/** Says all that is wrong; the result is only to be used when nothing is. */
export function tryCompileSource(
  name: string,
  source: Source,
  { vars }: Pick<Standards, 'vars'>,
): { compiled: CompiledSource; faults: CompileFault[] } {
  const faults: CompileFault[] = []
  const environments = celEnvironments({ fields: {}, enrich: [], vars, calendar: undefined, isSent: false })
  const known: KnownNames = {
    record: new Set(),
    vars: new Set(Object.keys(vars)),
    marks: marksOf({}),
    headers: new Set(),
  }
  const receiving = receivingOf(source)
  const sender = compileSender(
    receiving,
    (text, part) => {
      if (text === undefined) return undefined
      const one = early(compileExpression(environments, text, known))
      if (one.ok) return one.expression
      faults.push({ pointer: ['sources', name, part], ...one.fault })
      return undefined
    },
    vars,
  )
  return { compiled: { ...sender, name, source, receiving }, faults }
}
