// The secrets that this process hands out, and texts from outside without them: a target may answer with what it was sent.
import { valueMask } from '../domain/masking/find-values.ts'

export interface HandedOut {
  secret: (name: string) => string | undefined
  /** The text without the values handed out so far, also as an address, JSON or base64 has them. */
  hide: (text: string) => string
}

const HIDDEN = '[secret]'
/** What is shorter is found in any text by chance. */
const SHORTEST = 6

/** `more`: values that this process uses itself. */
export function handOut(
  secretOf: (name: string) => string | undefined,
  more: readonly string[] = [],
): HandedOut {
  const values = new Set(more.filter((value) => value.length >= SHORTEST))
  let hide: ((text: string) => string) | undefined
  return {
    secret(name) {
      const value = secretOf(name)
      if (value !== undefined && value.length >= SHORTEST && !values.has(value)) {
        values.add(value)
        hide = undefined
      }
      return value
    },
    hide: (text) => (values.size === 0 ? text : (hide ??= valueMask([...values], HIDDEN))(text)),
  }
}
