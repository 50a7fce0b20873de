// JSON lines: a value a line, as a list.
import type { JsonValue } from '../values/json.ts'
import { unreadable } from './body-fault.ts'
import { readJson } from './json-text.ts'

/** A body of 1 MiB could have so many that nobody else is answered meanwhile. */
const MOST_LINES = 50_000

export function readNdjson(text: string): JsonValue {
  const values: JsonValue[] = []
  let number = 0
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? undefined : end).trim()
    from = end < 0 ? text.length : end + 1
    number += 1
    if (line === '') continue
    if (values.length === MOST_LINES)
      throw unreadable('Too many lines', `The body has more than ${MOST_LINES} lines.`)
    values.push(readJson(line, `Line ${number}`))
  }
  if (values.length === 0) throw unreadable('Empty', 'The body has no lines. Send a JSON value on each.')
  return values
}
