// How long the other side asks to wait, in the headers of an answer. Retry-After is RFC 9110 (10.2.3). The others differ by
// vendor: seconds from now, the second or millisecond of an epoch, or a date.

/** Some send a fraction of a second, which the RFC does not know. */
const NUMBER = /^\d{1,15}(\.\d{1,9})?$/
/** A number of seconds from here on is a moment: no limit lasts thirty years. */
const LEAST_EPOCH_S = 1_000_000_000
const LEAST_EPOCH_MS = LEAST_EPOCH_S * 1000

const dateMs = (text: string, nowMs: number): number | undefined => {
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

/** Retry-After in ms: seconds or an HTTP date; undefined where it says nothing usable. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? ''
  return NUMBER.test(text) ? Math.ceil(Number(text) * 1000) : dateMs(text, nowMs)
}

/** A moment at which a limit ends, in ms from now. */
export function resetMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? ''
  if (!NUMBER.test(text)) return dateMs(text, nowMs)
  const number = Number(text)
  if (number < LEAST_EPOCH_S) return Math.ceil(number * 1000)
  return Math.max(0, Math.ceil(number < LEAST_EPOCH_MS ? number * 1000 : number) - nowMs)
}

/** `t` of the draft of the IETF: RateLimit: "default";r=0;t=30 */
const draftMs = (header: string | undefined): number | undefined => {
  const [, rest, seconds] = /;\s*r=(\d+)\s*;\s*t=(\d{1,9})/.exec(header ?? '') ?? []
  return rest === '0' ? Number(seconds) * 1000 : undefined
}

/** Headers that say when a limit ends, each with the one that says how much of it is left. */
const LIMITS = [
  ['ratelimit-reset', 'ratelimit-remaining'],
  ['x-ratelimit-reset-after', 'x-ratelimit-remaining'],
  ['x-ratelimit-reset', 'x-ratelimit-remaining'],
  ['x-rate-limit-reset', 'x-rate-limit-remaining'],
  ['x-ratelimit-requests-reset', 'x-ratelimit-requests-remaining'],
  ['x-ratelimit-complexity-reset', 'x-ratelimit-complexity-remaining'],
] as const

/**
 * What an answer that may be tried again asks for, in ms; undefined: it says nothing. The limits stand on every answer of many
 * APIs, so they count only where they are the reason: after 429, or with nothing left.
 */
export function askedWaitMs(
  { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
  nowMs: number,
): number | undefined {
  const asked = retryAfterMs(headers['retry-after'], nowMs) ?? draftMs(headers['ratelimit'])
  if (asked !== undefined) return asked
  const spent = LIMITS.filter(([, left]) => Number(headers[left] ?? NaN) === 0)
  const reasons =
    spent.length > 0 ? spent : status === 429 ? LIMITS.filter(([, left]) => !(left in headers)) : []
  const waits = reasons.flatMap(([reset]) => resetMs(headers[reset], nowMs) ?? [])
  return waits.length === 0 ? undefined : Math.max(...waits)
}
