// What one of a workflow's cases is worth: money of the record, which digests add up.
import { pathsIn } from '../cel/tree.ts'
import { evaluate } from '../cel/expression.ts'
import { markedIn } from '../masking/marked.ts'
import { Money } from '../values/money.ts'
import type { CompileFault } from './compile-faults.ts'
import type { Language } from './compile-language.ts'

/** Undefined where the record does not say. Never throws. */
export type ValueOf = (record: Record<string, unknown>) => Money | undefined

const unknown: ValueOf = () => undefined

export const compileValue = (
  source: string | undefined,
  { onRecord, known }: Pick<Language, 'onRecord' | 'known'>,
  faults: CompileFault[],
): ValueOf => {
  if (source === undefined) return unknown
  const compiled = onRecord(source)
  if (!compiled.ok) {
    faults.push({ pointer: ['value'], ...compiled.fault })
    return unknown
  }
  const { expression } = compiled
  const complain = (message: string, at?: number) =>
    faults.push({ pointer: ['value'], message, ...(at !== undefined && { at }) })
  const outside = pathsIn(expression.tree).find(({ path: [root] }) => root !== 'record')
  const hidden = markedIn(expression.tree, known.marks)
  if (outside)
    complain(
      `the value comes from the record alone, so that a correction counts; ${outside.path[0]} is not part of it`,
      outside.node.range.start,
    )
  else if (hidden !== undefined)
    complain(`digests show the value; "${hidden}" is secret or personal, so another field has to be it`)
  else if (expression.type !== 'money')
    complain(`the value must be money, and this is of type ${expression.type}: give its field type: money`)
  return (record) => {
    const result = evaluate(expression, { record })
    return result.kind === 'value' && result.value instanceof Money ? result.value : undefined
  }
}
