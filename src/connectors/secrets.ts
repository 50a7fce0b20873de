// The secrets that this process hands out, and texts from outside without them: a target may answer with what it was sent.
import { valueMask } from '../domain/masking/find-values.ts'

export interface HandedOut {
  secret: (name: string) => string | undefined
  /** The text without the values handed out so far, also as an address, JSON or base64 has them. */
  hide: (text: string) => string
  /** Hides this value too: one that was made of secrets, or given for them. */
  conceal: (value: string) => void
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
  const conceal = (value: string): void => {
    if (value.length < SHORTEST || values.has(value)) return
    values.add(value)
    hide = undefined
  }
  return {
    conceal,
    secret(name) {
      const value = secretOf(name)
      if (value !== undefined) conceal(value)
      return value
    },
    hide: (text) => (values.size === 0 ? text : (hide ??= valueMask([...values], HIDDEN))(text)),
  }
}
