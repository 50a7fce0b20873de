// A migration that does not get its locks lets go of everything and tries again, for some minutes: under traffic its turn
// comes, and a start that gives up at the first collision would leave it to a person.
import { setTimeout as sleep } from 'node:timers/promises'

export interface LockPatience {
  /** Told before each wait. */
  waits?: (about: { migration: string; tries: number; forMs: number }) => void
  giveUpAfterMs?: number
}

const GIVE_UP_AFTER_MS = 300_000
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000

/** lock_not_available and deadlock_detected (postgresql.org/docs/current/errcodes-appendix.html). */
const HELD = new Set(['55P03', '40P01'])
const isHeld = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && HELD.has(error.code)

/** The tables of a migration were held by others until our patience ended. Nothing of it was done. */
export class MigrationHeldError extends Error {
  constructor(migration: string, seconds: number, cause: unknown) {
    super(
      `Migration ${migration} did not get its tables within ${seconds} s: other sessions hold them. Nothing of it was done. ` +
        `End long transactions (SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY xact_start), then start again.`,
      { cause },
    )
  }
}

/** Tries until `work` gets its locks. Waits longer each time, and never as long as another replica. */
export async function withPatience<T>(
  migration: string,
  { waits, giveUpAfterMs = GIVE_UP_AFTER_MS }: LockPatience,
  work: () => Promise<T>,
): Promise<T> {
  const until = Date.now() + giveUpAfterMs
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isHeld(error)) throw error
      if (Date.now() >= until) throw new MigrationHeldError(migration, giveUpAfterMs / 1000, error)
      const most = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS)
      const forMs = Math.round(most * (0.5 + Math.random() / 2))
      waits?.({ migration, tries, forMs })
      await sleep(forMs)
    }
  }
}
