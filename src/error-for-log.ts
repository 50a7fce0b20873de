// An error as a log line holds it: what it is, where it arose, and a message without what it quotes. Drivers, parsers and
// libraries quote the data they stumble over (`invalid input syntax for type json: "…"`), and put rows and answers into
// properties of their errors: none of these is kept.
import { FaultError } from './domain/fault.ts'

export interface LoggedError {
  type: string
  message: string
  code?: string
  status?: number
  /** Where it was thrown: frames only, since a stack begins with the message. */
  stack: string
  cause?: LoggedError
}

const LONGEST = 300
const DEEPEST = 3
/** What a quoted word may be when these stand before it: names of ours, not data. */
const NAMED =
  /(?:relation|column|table|constraint|index|role|database|schema|function|type|queue|reading|workflow|secret)\s?$/

/** The message without what stands in quotes, unless it is the name of a thing of the program. */
export function unquoted(message: string): string {
  let kept = ''
  for (let at = 0; at < message.length && kept.length < LONGEST;) {
    const quote = message[at] ?? ''
    const isQuote = '"“‘'.includes(quote) || (quote === "'" && !/\w$/.test(kept))
    const end = isQuote ? message.slice(at + 1).search(/["'”’]/) : -1
    if (end < 0) {
      kept += quote
      at += 1
      continue
    }
    const word = message.slice(at + 1, at + 1 + end)
    kept += NAMED.test(kept) && /^[\w.$-]{1,63}$/.test(word) ? `${quote}${word}${quote}` : `${quote}…${quote}`
    at += end + 2
  }
  return kept.slice(0, LONGEST)
}

const framesOf = (stack: string | undefined): string =>
  (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')

/** Prisma's messages begin with the call and end with what was wrong. */
const lastLine = (message: string): string => message.trim().split('\n').at(-1) ?? ''

/** PostgreSQL says which row it was. */
const withoutRow = (message: string): string =>
  message.replace(/Failing row contains.*/s, '').replaceAll(/=\([^)]*\)?/g, '=(…)')

export function errorForLog(error: unknown, depth = 0): LoggedError | string {
  if (!(error instanceof Error))
    return typeof error === 'object' && error !== null ? '[object]' : typeof error
  const code: unknown = Reflect.get(error, 'code')
  const isOurs = error instanceof FaultError
  return {
    type: error.name,
    message: unquoted(isOurs ? error.message : withoutRow(lastLine(error.message))),
    ...(typeof code === 'string' && /^\w{1,60}$/.test(code) ? { code } : {}),
    ...(isOurs && error.status !== undefined ? { status: error.status } : {}),
    stack: framesOf(error.stack),
    ...(error.cause instanceof Error && depth < DEEPEST
      ? { cause: errorForLog(error.cause, depth + 1) as LoggedError }
      : {}),
  }
}
