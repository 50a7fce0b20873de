// Questions that come in the same turn are asked together, in one statement.

/** Collects what is asked before the event loop turns and asks once; answers stand in the order of the questions. */
export function inBatches<Question, Answer>(
  askAll: (questions: Question[]) => Promise<Answer[]>,
): (question: Question) => Promise<Answer> {
  let waiting: { question: Question; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] =
    []
  async function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    try {
      const answers = await askAll(batch.map(({ question }) => question))
      for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as Answer)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void flush())
      waiting.push({ question, resolve, reject })
    })
}

/** Calls `ask` once for each key; whoever asks the same later gets the same answer. */
export function once<Answer>(): (key: string, ask: () => Promise<Answer>) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>()
  return (key, ask) => {
    const known = asked.get(key) ?? ask()
    asked.set(key, known)
    return known
  }
}
