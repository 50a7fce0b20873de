// Whatever stands in a file is a problem of that file. What our own code does not expect must not stop the others, nor a start.
import type { Problem } from '../../domain/text/problem.ts'

const HINT = 'this is a bug in Signalbox: report it together with the file'

/** What `work` gives, or `otherwise` with the error as a problem of `file`. */
export function orProblem<T>(file: string, work: () => T, otherwise: (problems: Problem[]) => T): T {
  try {
    return work()
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    const message = `this file could not be checked: ${said}`
    return otherwise([{ file, line: 1, column: 1, severity: 'error', message, hint: HINT }])
  }
}
