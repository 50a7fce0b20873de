// Slack may deliver the same thing again (no ack in time, a socket that dropped). The second delivery gets the answer
// of the first. This is a courtesy in one process: what must happen once is claimed in the database.

export interface Once {
  /** Runs `work` for a key that is new; otherwise what it came to. `forgetIf` says which answers are not kept. */
  <T>(key: string, work: () => Promise<T>, forgetIf?: (answer: T) => boolean): Promise<T>
}

export function makeOnce(most = 5000): Once {
  const met = new Map<string, Promise<unknown>>()
  return async (key, work, forgetIf) => {
    const before = met.get(key)
    if (before) return before as ReturnType<typeof work>
    const answer = work()
    met.set(key, answer)
    if (met.size > most) {
      const [oldest] = met.keys()
      if (oldest !== undefined) met.delete(oldest)
    }
    try {
      const value = await answer
      if (forgetIf?.(value)) met.delete(key)
      return value
    } catch (error) {
      met.delete(key)
      throw error
    }
  }
}
