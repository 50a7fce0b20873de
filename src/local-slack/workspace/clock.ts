// The workspace's clock: true time plus what tests moved it by, and what is due at a time on it.

export interface Clock {
  nowMs(): number
  advance(ms: number): void
  reset(): void
  /** Runs once when the clock reaches dueMs; the answer cancels it. */
  at(dueMs: number, run: () => void): () => void
  stop(): void
}

interface Task {
  dueMs: number
  run: () => void
}

// A given clock may stand still: never look again sooner than this.
const SHORTEST_WAIT_MS = 5
const LONGEST_WAIT_MS = 60_000

export const createClock = (now: () => number): Clock => {
  let offsetMs = 0
  let timer: NodeJS.Timeout | undefined
  const tasks = new Set<Task>()

  const nowMs = () => now() + offsetMs
  const arm = () => {
    clearTimeout(timer)
    if (tasks.size === 0) return
    let next = Infinity
    for (const task of tasks) next = Math.min(next, task.dueMs)
    timer = setTimeout(runDue, Math.min(Math.max(next - nowMs(), SHORTEST_WAIT_MS), LONGEST_WAIT_MS))
    timer.unref()
  }
  const runDue = () => {
    const due = [...tasks].filter((task) => task.dueMs <= nowMs()).toSorted((a, b) => a.dueMs - b.dueMs)
    for (const task of due) tasks.delete(task)
    for (const task of due) task.run()
    arm()
  }

  return {
    nowMs,
    advance: (ms) => {
      offsetMs += ms
      runDue()
    },
    reset: () => {
      offsetMs = 0
      arm()
    },
    at: (dueMs, run) => {
      const task = { dueMs, run }
      tasks.add(task)
      arm()
      return () => {
        tasks.delete(task)
        if (tasks.size === 0) clearTimeout(timer)
      }
    },
    stop: () => {
      tasks.clear()
      clearTimeout(timer)
    },
  }
}
