// What an answer means: done, worth another try, or refused for good. The file's conditions come first, then the status.
import { compileAnswerCondition } from './answer-condition.ts'
import type { AnswerConditions } from './http-call.ts'
import { evaluate } from '../cel/expression.ts'
import type { JsonValue } from '../values/json.ts'
import { parseJson } from '../values/exact-number.ts'

export interface Answer {
  status: number
  /** Names in lower case; of a header that came more than once, all values with commas between them. */
  headers: Record<string, string>
  /** As text. */
  body: string
}

export type Verdict =
  | { kind: 'done' }
  /** `because`: which condition said so; undefined: the status did. `afterMs`: what the file reads of it. */
  | { kind: 'retry'; because?: string; afterMs?: number }
  | { kind: 'refused'; because?: string }

/** Worth another try although the other side answered: RFC 9110 408, 425, 429 and every 5xx but "not implemented". */
const isTransient = (status: number): boolean =>
  [408, 425, 429].includes(status) || (status >= 500 && status !== 501)
const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** JSON with its numbers as they were sent, where it is JSON; else the text. */
export const bodyValue = (text: string): JsonValue => {
  try {
    return parseJson(text) as JsonValue
  } catch {
    return text
  }
}

export function judgeAnswer(answer: Answer, conditions: AnswerConditions = {}): Verdict {
  const { status, headers, body } = answer
  const { fail_when, retry_when, success_when, retry_after } = conditions
  let context: { answer: object } | undefined
  const valueOf = (source: string): unknown => {
    const compiled = compileAnswerCondition(source)
    if (!compiled.ok) return undefined
    context ??= { answer: { status, headers, body: bodyValue(body) } }
    // What an answer lacks is no reason: then the condition does not hold.
    const result = evaluate(compiled.expression, context)
    return result.kind === 'value' ? result.value : undefined
  }
  const holds = (source: string | undefined): boolean => source !== undefined && valueOf(source) === true
  const retry = (because?: string): Verdict => {
    const seconds = retry_after === undefined ? NaN : Number(valueOf(retry_after))
    const afterMs = Number.isFinite(seconds) && seconds >= 0 ? { afterMs: Math.ceil(seconds * 1000) } : {}
    return { kind: 'retry', ...(because === undefined ? {} : { because }), ...afterMs }
  }

  if (holds(fail_when)) return { kind: 'refused', because: 'fail_when holds' }
  if (holds(retry_when)) return retry('retry_when holds')
  if (success_when === undefined ? isSuccess(status) : holds(success_when)) return { kind: 'done' }
  if (isTransient(status)) return retry()
  return isSuccess(status) ? { kind: 'refused', because: 'success_when does not hold' } : { kind: 'refused' }
}
