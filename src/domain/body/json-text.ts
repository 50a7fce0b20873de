// JSON as senders write it: every number as it was sent, and no deeper than anybody's business event.
import { parseJson } from '../values/exact-number.ts'
import type { JsonValue } from '../values/json.ts'
import { unreadable } from './body-fault.ts'

/** Recursion over deeper nesting would cost us the stack. */
export const MOST_DEPTH = 64

/** How deep the JSON text nests, without building it: strings are skipped. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i)
    if (char === 34) {
      for (i += 1; i < text.length && text.charCodeAt(i) !== 34; i += 1) if (text.charCodeAt(i) === 92) i += 1
    } else if (char === 123 || char === 91) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (char === 125 || char === 93) depth -= 1
  }
  return deepest
}

export const isTooDeep = (text: string): boolean => depthOf(text) > MOST_DEPTH

/** `what` begins the sentence of the BodyFault that it throws: "The body", "Line 3". */
export function readJson(text: string, what: string): JsonValue {
  if (isTooDeep(text)) throw unreadable('Not JSON', `${what} nests deeper than ${MOST_DEPTH} levels.`)
  try {
    return parseJson(text) as JsonValue
  } catch (error) {
    throw unreadable('Not JSON', `${what} is not JSON: ${(error as Error).message}`)
  }
}
