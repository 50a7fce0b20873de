// response_url: five answers to one interaction within thirty minutes.
import type { Clock } from '../workspace/clock.ts'
import { secret } from '../workspace/ids.ts'

const USES = 5
const LIFE_MS = 30 * 60_000
const REMEMBERED = 2_000

export interface Interaction {
  channel: string
  user: string
  /** The message whose element was used; null for a command. */
  messageTs: string | null
  threadTs: string | null
}

export type ResponseUrlUse =
  | { kind: 'ok'; interaction: Interaction }
  | { kind: 'refused'; error: 'used_url' | 'expired_url' | 'invalid_url' }

export interface ResponseUrls {
  /** The last part of the address. */
  create(interaction: Interaction): string
  use(id: string): ResponseUrlUse
}

export const createResponseUrls = (clock: Clock): ResponseUrls => {
  const known = new Map<string, { interaction: Interaction; expiresMs: number; usesLeft: number }>()
  return {
    create: (interaction) => {
      const id = secret(16)
      known.set(id, { interaction, expiresMs: clock.nowMs() + LIFE_MS, usesLeft: USES })
      for (const old of known.keys()) {
        if (known.size <= REMEMBERED) break
        known.delete(old)
      }
      return id
    },
    use: (id) => {
      const found = known.get(id)
      if (!found) return { kind: 'refused', error: 'invalid_url' }
      if (found.expiresMs < clock.nowMs()) return { kind: 'refused', error: 'expired_url' }
      if (found.usesLeft === 0) return { kind: 'refused', error: 'used_url' }
      found.usesLeft -= 1
      return { kind: 'ok', interaction: found.interaction }
    },
  }
}
