// Questions on a terminal, one a line, asked again until the answer can be used.
import { createInterface } from 'node:readline'
import { didNotHold } from './exit.ts'

export interface Question<Name extends string> {
  name: Name
  text: string
  /** What Enter means, given what was answered so far. */
  fallback: (answers: ReadonlyMap<Name, string>) => string
}

/** Asks each in turn; `problem` says why an answer cannot be used. Ends the command when the input ends. */
export async function askAll<Name extends string>(
  questions: Question<Name>[],
  problem: (name: Name, answer: string) => string | undefined,
): Promise<Map<Name, string>> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // An iterator keeps what is typed ahead of a question.
  const lines = terminal[Symbol.asyncIterator]()
  const answers = new Map<Name, string>()
  try {
    for (const { name, text, fallback } of questions) {
      const usual = fallback(answers)
      for (;;) {
        terminal.setPrompt(`${text} [${usual}] `)
        terminal.prompt()
        const line = await lines.next()
        if (line.done)
          throw didNotHold('\nCanceled: not every question was answered, so nothing was written.')
        const answer = line.value.trim() || usual
        const wrong = problem(name, answer)
        if (wrong === undefined) {
          answers.set(name, answer)
          break
        }
        process.stdout.write(`  ${wrong}\n`)
      }
    }
  } finally {
    terminal.close()
  }
  return answers
}
