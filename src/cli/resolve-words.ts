// What --approve, --decline, --retry, --done, --fix … mean: one resolution, or what is wrong with the words.
import type { StoredDefinition } from '../db/runs/run-view.ts'
import { correctionsIn } from '../domain/exceptions/lookups.ts'
import { parseJson } from '../domain/values/exact-number.ts'
import type { JsonValue } from '../domain/values/json.ts'
import type { Resolution } from '../pipeline/exception/resolution.ts'
import { wrongUsage } from './exit.ts'

export interface Ways {
  approve?: boolean
  decline?: string
  retry?: boolean
  process?: boolean
  /** true: without a word. */
  done?: string | true
  dismiss?: string
  choose?: string
  /** What a choice asks for. */
  input?: string[]
  fix?: string[]
}

const JSON_TYPES = new Set(['number', 'integer', 'boolean', 'object', 'array'])

/** A field's value as typed: JSON where the field is no text, else the words themselves. */
function valueOf(text: string, type: unknown): JsonValue {
  if (typeof type !== 'string' || !JSON_TYPES.has(type)) return text
  try {
    return parseJson(text) as JsonValue
  } catch {
    return text // The field's own check says what is wrong with it, in its own words.
  }
}

const textsIn = (option: string, pairs: string[]): Record<string, string> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw wrongUsage(`${option} must look like name=value, got "${pair}".`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )

/** Exactly one way; ends the command as wrong usage otherwise. */
export function resolutionOf(ways: Ways, { fields }: Pick<StoredDefinition, 'fields'>): Resolution {
  const { approve, decline, retry, process: processIt, done, dismiss, choose, input, fix } = ways
  const named = [approve, decline, retry, processIt, done, dismiss, choose, fix]
  if (named.filter((way) => way !== undefined).length !== 1)
    throw wrongUsage(
      'Choose one of --approve, --decline "reason", --retry, --process, --done, --dismiss "reason", --choose "label", --fix name=value.',
    )
  if (input !== undefined && choose === undefined) throw wrongUsage('--input goes with --choose "label".')
  if (decline !== undefined) return { do: 'decline', note: decline }
  if (dismiss !== undefined) return { do: 'dismiss', note: dismiss }
  if (done !== undefined) return { do: 'done', ...(done === true ? {} : { note: done }) }
  if (choose !== undefined) return { do: 'choose', choice: choose, inputs: textsIn('--input', input ?? []) }
  if (fix !== undefined) {
    const typed = (name: string, text: string) => valueOf(text, fields[name]?.type)
    return { do: 'fix', corrections: correctionsIn(fields, textsIn('--fix', fix), typed) }
  }
  return { do: approve ? 'approve' : retry ? 'retry' : 'process' }
}
