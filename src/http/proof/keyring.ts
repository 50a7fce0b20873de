// Keys and certificates that senders publish, asked for once and kept a while: whoever sends must not make us ask each time.
import type { Ask } from './prove.ts'

const KEPT_MS = 12 * 3_600_000
/** A key that could not be had is not asked for again so soon: its name came from whoever sent. */
const FAILED_MS = 10_000
const MOST = 100

export interface Keyring {
  /** Rejects where it cannot be had. */
  get(name: string, fetch: (ask: Ask) => Promise<string>, now: Date): Promise<string>
}

export function makeKeyring(ask: Ask): Keyring {
  const kept = new Map<string, { value: Promise<string>; until: number }>()
  return {
    get(name, fetch, now) {
      const known = kept.get(name)
      if (known && known.until > now.getTime()) return known.value
      const value = fetch(ask)
      const entry = { value, until: now.getTime() + KEPT_MS }
      value.catch(() => (entry.until = now.getTime() + FAILED_MS))
      kept.delete(name)
      kept.set(name, entry)
      const [oldest] = kept.keys()
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
      return value
    },
  }
}
