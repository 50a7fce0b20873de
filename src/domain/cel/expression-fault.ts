// Why an expression cannot be used, in words for the one who wrote it: what cel-js says, and the slips that come from
// other languages.
import { besideMoney } from './functions/money.ts'

/** `at` is the offset in its text. `unknown` names what was not found. */
export type ExpressionFault = {
  message: string
  at: number
  unknown?: { what: 'field' | 'var' | 'name' | 'function' | 'connection'; name: string }
}

export const textOfError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const summary: unknown = Reflect.get(error, 'summary')
  const message = typeof summary === 'string' ? summary : error.message
  return besideMoney(message) ?? message
}

const placeOf = (error: unknown): number => {
  const range: unknown = error instanceof Error ? Reflect.get(error, 'range') : undefined
  const start: unknown = typeof range === 'object' && range !== null ? Reflect.get(range, 'start') : 0
  return typeof start === 'number' ? start : 0
}

const bounds: Record<string, (most: string) => string> = {
  AstNodes: (most) => `the expression has more than ${most} parts`,
  Depth: (most) => `the expression nests deeper than ${most}`,
  ListElements: (most) => `a list in it has more than ${most} entries`,
}

const typesInWords = (text: string): string => text.replaceAll('google.protobuf.Timestamp', 'timestamp')

/** What was thrown or found while reading `source`, as a fault of it. */
export const faultOf = (error: unknown, source: string): ExpressionFault => {
  const message = textOfError(error)
  const at = placeOf(error)
  const [, limit = '', most = ''] = /^Exceeded max(\w+) \((\d+)\)/.exec(message) ?? []
  if (limit !== '') return { message: bounds[limit]?.(most) ?? message, at }
  const variable = /^Unknown variable: (\w+)/.exec(message)?.[1]
  if (variable === 'secret')
    return { message: 'secret.NAME may stand only in texts that are sent, and under verify', at }
  if (variable !== undefined) return { message, at, unknown: { what: 'name', name: variable } }
  const [, call, name] = /^found no matching overload for '((?:[^'(]*\.)?(\w+)\(.*\))'/.exec(message) ?? []
  if (call !== undefined && name !== undefined)
    return { message: `no such function: ${typesInWords(call)}`, at, unknown: { what: 'function', name } }
  if (message.startsWith('has() invalid'))
    return { message: 'has() asks whether a field is there: has(record.name)', at }
  return /^(Unexpected|Expected|Reserved|Unterminated)/.test(message)
    ? { message: slipAt(source, at) ?? message, at }
    : { message: typesInWords(message), at }
}

/** Signs and words of other languages, with what CEL has in their place. */
const slips: [RegExp, string][] = [
  [/^\?\?/, 'a default is written record.?name.orValue("…")'],
  [/^\?\./, 'a part that may be missing is written record.?name'],
  [/^and\b/i, '"and" is written &&'],
  [/^or\b/i, '"or" is written ||'],
  [/^is\b/i, '"is" is written ==; whether a value is there asks has(record.name)'],
  [/^between\b/i, '"between" is written record.x >= 1 && record.x <= 5'],
  [/^(if|then|else)\b/i, 'a choice is written condition ? one : other'],
  [/^===?/, 'equality is written =='],
  [/^=~/, 'a pattern is asked for with text.matches("pattern")'],
  [/^=/, '= sets nothing here: equality is written =='],
  [/^<?>/, 'inequality is written !='],
  [/^&/, '"and" is written &&'],
  [/^\|/, '"or" is written ||'],
  [/^["']/, 'a text is not closed: its last quote is missing'],
  [/^$/, 'the expression ends too early: something is missing at its end'],
  [/^\)/, 'this ) closes nothing'],
]

const durationSlip = (amount: string, unit: string): string => {
  const letter = unit.toLowerCase().startsWith('ms') ? 'ms' : unit.slice(0, 1).toLowerCase()
  const text = letter === 'd' ? `${Number(amount) * 24}h` : `${amount}${letter}`
  return `a duration is written duration("${text}")`
}

const slipAt = (source: string, at: number): string | undefined => {
  const before = source.slice(0, at)
  const rest = source.slice(at).trimStart()
  if (/\bnot\s*$/i.test(before)) return '"not" is written !'
  if (before.endsWith('==')) return 'equality is written =='
  if (before.endsWith('<') && rest.startsWith('>')) return 'inequality is written !='
  if (/\bin\s*\([^)]*$/.test(before)) return 'a list stands in square brackets: in ["a", "b"]'
  if (/\?\s*$/.test(before) && /^[?.]/.test(rest))
    return 'a part that may be missing is written record.?name, and a default record.?name.orValue("…")'
  const amount = /\d+(?:\.\d+)?$/.exec(before.trimEnd())?.[0]
  const unit = /^(d|h|m|s|ms|days?|hours?|min(?:ute)?s?|seconds?)\b/i.exec(rest)?.[1]
  if (amount !== undefined && unit !== undefined) return durationSlip(amount, unit)
  if (/\d$/.test(before) && /^,\d{3}/.test(rest)) return 'numbers are written without commas'
  if (rest === '' && before.split('(').length > before.split(')').length) return 'a ( is not closed'
  const found = slips.find(([pattern]) => pattern.test(rest))?.[1]
  return found ?? `"${rest.slice(0, 12)}" cannot stand here`
}
