// Waiting for what comes about by itself, long enough for a busy machine.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 20

type Seen<T> = T | undefined | null | false

/** What `look` sees, as soon as that is something, or true. */
export async function until<T>(
  what: string,
  look: () => Seen<T> | Promise<Seen<T>>,
  withinMs = 30_000,
): Promise<T> {
  for (const end = Date.now() + withinMs; ; await pause(LOOK_EVERY_MS)) {
    const seen = await look()
    if (seen !== undefined && seen !== null && seen !== false) return seen
    assert.ok(Date.now() < end, `${what}: not within ${withinMs} ms`)
  }
}
