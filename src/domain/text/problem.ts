// What is wrong in a file, where, and what would be right.
export type Problem = {
  file: string
  line: number
  column: number
  severity: 'error' | 'warning'
  message: string
  hint?: string
}

/** One line, as compilers write it, so that editors can jump there. */
export const problemText = (problem: Problem): string =>
  `${problem.file}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message}${problem.hint === undefined ? '' : ` (${problem.hint})`}`

/** In the order they stand in a file. */
export const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column
