// Slack's rate limits: a bucket for each method by its tier, and one for posts to each channel.
import type { Clock } from '../workspace/clock.ts'

export type Tier = 1 | 2 | 3 | 4

const PER_MINUTE: Record<Tier, number> = { 1: 1, 2: 20, 3: 50, 4: 100 }
// Slack tolerates bursts and does not say how long; about this many above the rate.
const METHOD_BURST: Record<Tier, number> = { 1: 5, 2: 20, 3: 50, 4: 100 }
const CHANNEL_POSTS_PER_SECOND = 1
const CHANNEL_BURST = 20

interface Bucket {
  tokens: number
  atMs: number
}

export interface RateLimits {
  /** Whole seconds to wait, or 0 when the call may pass. */
  take(method: string, tier: Tier | 'channel' | 'none', channel?: string): number
  setEnabled(isEnabled: boolean): void
}

export const createRateLimits = (clock: Clock, isOn: boolean): RateLimits => {
  const buckets = new Map<string, Bucket>()
  let isEnabled = isOn

  const takeFrom = (key: string, size: number, perMs: number): number => {
    const nowMs = clock.nowMs()
    const bucket = buckets.get(key) ?? { tokens: size, atMs: nowMs }
    buckets.set(key, bucket)
    bucket.tokens = Math.min(size, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * perMs)
    bucket.atMs = nowMs
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs / 1000)
    bucket.tokens -= 1
    return 0
  }

  return {
    take: (method, tier, channel) => {
      if (!isEnabled || tier === 'none') return 0
      if (tier === 'channel')
        return takeFrom(`posts:${channel ?? ''}`, CHANNEL_BURST, CHANNEL_POSTS_PER_SECOND / 1000)
      return takeFrom(method, METHOD_BURST[tier], PER_MINUTE[tier] / 60_000)
    },
    setEnabled: (value) => {
      isEnabled = value
    },
  }
}
