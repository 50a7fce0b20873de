// trigger_id: what lets an app open a view for a person, once and within three seconds.
import type { Clock } from '../workspace/clock.ts'
import { newTriggerId } from '../workspace/ids.ts'

const LIFE_MS = 3_000
const REMEMBERED = 1_000

export interface Trigger {
  user: string
  /** The modal it came from, when it came from one: views.push needs it. */
  viewId: string | null
}

export type TriggerUse =
  | { kind: 'ok'; trigger: Trigger }
  | { kind: 'refused'; error: `${'invalid' | 'expired' | 'exchanged'}_trigger_id` }

export interface Triggers {
  create(trigger: Trigger, isExpired: boolean): string
  use(id: string): TriggerUse
}

export const createTriggers = (clock: Clock): Triggers => {
  const known = new Map<string, Trigger & { expiresMs: number; isUsed: boolean }>()
  return {
    create: (trigger, isExpired) => {
      const id = newTriggerId()
      known.set(id, { ...trigger, expiresMs: isExpired ? -Infinity : clock.nowMs() + LIFE_MS, isUsed: false })
      for (const old of known.keys()) {
        if (known.size <= REMEMBERED) break
        known.delete(old)
      }
      return id
    },
    use: (id) => {
      const trigger = known.get(id)
      if (!trigger) return { kind: 'refused', error: 'invalid_trigger_id' }
      if (trigger.isUsed) return { kind: 'refused', error: 'exchanged_trigger_id' }
      if (trigger.expiresMs < clock.nowMs()) return { kind: 'refused', error: 'expired_trigger_id' }
      trigger.isUsed = true
      return { kind: 'ok', trigger }
    },
  }
}
