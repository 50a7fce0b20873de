// Writes that many ask for at the same time share a commit: whatever is asked for while the last commits are under way
// goes into the next. No timer, no waiting window.
import type { Logger } from 'pino'

export interface Asked<What, Answer> {
  what: What
  /** Tells whoever asked; what was answered is not tried again should the rest of its batch fail. */
  answer(answer: Answer): void
}

export interface Limits {
  inFlight: number
  perCommit: number
  bytesPerCommit: number
}

export interface SharedCommits<What, Answer> {
  /** Rejects when the commit failed: nothing of it was written then. */
  ask(what: What): Promise<Answer>
  /** What waits for a commit that has not begun. */
  waiting(): { count: number; bytes: number }
}

interface Waiting<What, Answer> extends Asked<What, Answer> {
  isAnswered: boolean
  reject(error: unknown): void
}

const noBytes = () => 0

/** `commit` writes a batch and answers each of it. `bytesOf`: how much memory one takes, where that differs. */
export function sharedCommits<What, Answer>(
  commit: (batch: Asked<What, Answer>[]) => Promise<void>,
  { limits, log, bytesOf = noBytes }: { limits: Limits; log: Logger; bytesOf?: (what: What) => number },
): SharedCommits<What, Answer> {
  let waiting: Waiting<What, Answer>[] = []
  let bytesWaiting = 0
  let inFlight = 0
  let isPumping = false

  async function take(batch: Waiting<What, Answer>[]): Promise<void> {
    try {
      await commit(batch)
    } catch (error) {
      // One that the database refuses must not take others with it: each is tried alone, but for those that are written.
      const left = batch.filter(({ isAnswered }) => !isAnswered)
      if (batch.length > 1) {
        log.warn({ err: error, batch: left.length }, 'a shared commit failed, trying each of it alone')
        for (const one of left) await take([one])
      } else left[0]?.reject(error)
    }
  }

  /** What goes into the next commit: one at least, however large. */
  function nextBatch(): Waiting<What, Answer>[] {
    let bytes = 0
    const all = waiting.findIndex(({ what }, at) => {
      bytes += bytesOf(what)
      return at === limits.perCommit || (at > 0 && bytes > limits.bytesPerCommit)
    })
    const batch = waiting.splice(0, all === -1 ? waiting.length : all)
    for (const { what } of batch) bytesWaiting -= bytesOf(what)
    return batch
  }

  function pump(): void {
    isPumping = false
    while (inFlight < limits.inFlight && waiting.length > 0) {
      const batch = nextBatch()
      inFlight += 1
      void take(batch).finally(() => {
        inFlight -= 1
        pumpSoon()
      })
    }
  }

  // At the end of this turn of the event loop: what others have asked for by then goes along. The embedded database
  // answers within the turn, so that without this each would have a commit of its own.
  function pumpSoon(): void {
    if (isPumping || waiting.length === 0) return
    isPumping = true
    setImmediate(pump)
  }

  return {
    waiting: () => ({ count: waiting.length, bytes: bytesWaiting }),
    ask: (what) =>
      new Promise((resolve, reject) => {
        const one: Waiting<What, Answer> = {
          what,
          isAnswered: false,
          reject,
          answer(answer) {
            one.isAnswered = true
            resolve(answer)
          },
        }
        bytesWaiting += bytesOf(what)
        waiting.push(one)
        pumpSoon()
      }),
  }
}
