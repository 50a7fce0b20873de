// The steps that one run of an expression may take. Evaluation is synchronous, so one counter serves all.
import { BudgetError } from './errors.ts'

/** About a second's work. */
const mostSteps = 10_000_000
/** Without end between runs: what is checked when a file is read is not paid for. */
let left = Infinity

let most = mostSteps
/** Has each run of an expression in `work` take fewer steps: where others wait for the thread. */
export const hurried = <T>(steps: number, work: () => T): T => {
  most = steps
  try {
    return work()
  } finally {
    most = mostSteps
  }
}

/** Runs with a fresh budget. */
export const budgeted = <T>(run: () => T): T => {
  left = most
  try {
    return run()
  } finally {
    left = Infinity
  }
}

/** Throws BudgetError when nothing is left. */
export const spend = (steps: number): void => {
  left -= steps
  if (left < 0)
    throw new BudgetError('this expression takes too long on this event: its lists or texts are too long')
}
