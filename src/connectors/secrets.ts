// The secrets that this process hands out, and texts from outside without them: a target may answer with what it was sent.
import { HIDDEN, valueMask } from '../domain/masking/find-values.ts'

/**
 * The text without secrets, also as an address, JSON or base64 has them. `more`: what the call that it answers was sent beside them: a
 * token, a signature. Another system's token is nothing that it could repeat, and hidden in its answers it would change what they say.
 */
export type Hide = (text: string, more?: readonly string[]) => string

export interface HandedOut {
  secret: (name: string) => string | undefined
  hide: Hide
}

/** What is shorter is found in any text by chance. */
const SHORTEST = 6

const maskOf = (values: readonly string[]): ((text: string) => string) => {
  const long = values.filter((value) => value.length >= SHORTEST)
  return long.length === 0 ? (text) => text : valueMask(long, HIDDEN, { most: Infinity })
}

/** `more`: values that this process uses itself. */
export function handOut(
  secretOf: (name: string) => string | undefined,
  more: readonly string[] = [],
): HandedOut {
  // As many as files name, and not more: each is known for as long as the process runs.
  const values = new Set(more)
  let hide: ((text: string) => string) | undefined
  return {
    secret(name) {
      const value = secretOf(name)
      if (value !== undefined && !values.has(value)) {
        values.add(value)
        hide = undefined
      }
      return value
    },
    hide: (text, ofCall = []) => maskOf(ofCall)((hide ??= maskOf([...values]))(text)),
  }
}
