// What --approve, --retry, --reject and --fix mean: one resolution, or what is wrong with the words.
import type { StoredDefinition } from '../db/runs/run-view.ts'
import { parseJson } from '../domain/values/exact-number.ts'
import type { JsonObject, JsonValue } from '../domain/values/json.ts'
import type { Resolution } from '../pipeline/exception/resolution.ts'
import { wrongUsage } from './exit.ts'

export interface Ways {
  approve?: boolean
  retry?: boolean
  reject?: string
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

function corrections(pairs: string[], { fields }: Pick<StoredDefinition, 'fields'>): JsonObject {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw wrongUsage(`--fix wants field=value, and got "${pair}".`)
      const field = pair.slice(0, at)
      return [field, valueOf(pair.slice(at + 1), fields[field]?.type)]
    }),
  )
}

/** Exactly one way; ends the command as wrong usage otherwise. */
export function resolutionOf(ways: Ways, definition: Pick<StoredDefinition, 'fields'>): Resolution {
  const { approve, retry, reject, fix } = ways
  const named = [approve, retry, reject, fix].filter((way) => way !== undefined)
  if (named.length !== 1)
    throw wrongUsage('Say one of --approve, --retry, --reject "reason", --fix field=value.')
  if (reject !== undefined) return { do: 'reject', note: reject }
  if (fix !== undefined) return { do: 'fix', corrections: corrections(fix, definition) }
  return { do: approve ? 'approve' : 'retry' }
}
