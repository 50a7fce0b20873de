// A control call that can't be done: who or what was not found, or what a person could not do.
import type { ConfirmDialog } from '../control-contract.ts'

export class ControlError extends Error {
  readonly code: string
  readonly status: number
  readonly confirm: ConfirmDialog | undefined
  constructor(code: string, detail: string, status = 400, confirm?: ConfirmDialog) {
    super(detail)
    this.code = code
    this.status = status
    this.confirm = confirm
  }
}

export const notFound = (what: string, which: string): ControlError =>
  new ControlError(`${what}_not_found`, `There is no ${what} ${which}`, 404)
