// JSON lines: a value a line, as a list.
import type { JsonValue } from '../json.ts'
import { unreadable } from './body-fault.ts'
import { readJson } from './json-text.ts'

export function readNdjson(text: string): JsonValue {
  const lines = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ line, at: at + 1 }]))
  if (lines.length === 0) throw unreadable('Empty', 'The body has no lines. Send a JSON value on each.')
  return lines.map(({ line, at }) => readJson(line, `Line ${at}`))
}
