// The query of an address: what is kept of it, and what expressions see.
import type { JsonObject } from '../values/json.ts'
import { BodyFault, type BodyProblem } from './body-fault.ts'
import { listed } from './listed.ts'
import { pairsOf } from './urlencoded.ts'

const CREDENTIAL =
  /(auth|authorization|credentials?|hmac|jwt|passwd|password|passphrase|pwd|secret|sig|signature|token)$/
/** "issue_key" is none. */
const KEY = /^((access|api|auth|client|function|private|secret|shared|subscription|webhook) ?)?key$/

/** api_key, apiKey, X-Api-Key, hub.verify_token: a name tells by its end what it holds. */
export const isCredential = (name: string): boolean => {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
  return (
    CREDENTIAL.test(words.at(-1) ?? '') || KEY.test(words.slice(-2).join(' ')) || KEY.test(words.join(' '))
  )
}

export type QueryRead = { kind: 'read'; query: string } | ({ kind: 'unreadable' } & BodyProblem)

/** What may be kept: as it was sent, without parameters whose name says that they are a credential. */
export function keptQuery(text: string): QueryRead {
  try {
    const kept = text.split('&').filter((pair) => {
      const [name] = pairsOf(Buffer.from(pair, 'latin1'))[0] ?? []
      return name !== undefined && !isCredential(name)
    })
    // Its bounds hold for all of it.
    pairsOf(Buffer.from(text, 'latin1'))
    return { kind: 'read', query: kept.join('&') }
  } catch (error) {
    if (!(error instanceof BodyFault)) throw error
    const detail = error.problem.detail.replace(/^The (body|form)/, 'The query of the address')
    return { kind: 'unreadable', ...error.problem, title: 'Query not read', detail }
  }
}

/** A query that was kept, as an object. */
export const queryOf = (kept: string): JsonObject => listed(pairsOf(Buffer.from(kept, 'latin1')))
