// What does not hold together in a definition: found while compiling, each with its place in the file.
import type { ExpressionFault } from '../cel/expression-fault.ts'

export type Pointer = readonly (string | number)[]
/** `at` is the offset inside the text at `pointer`. */
export type CompileFault = {
  pointer: Pointer
  message: string
  at?: number
  unknown?: ExpressionFault['unknown']
}

/** Thrown by compileWorkflow; a stored version causes it only after an upgrade, a draft may. */
export class CompileError extends Error {
  override name = 'CompileError'
  readonly faults: CompileFault[]
  constructor(workflow: string, faults: CompileFault[]) {
    super(`${workflow}: ${faults.map((fault) => `${fault.pointer.join('.')}: ${fault.message}`).join('; ')}`)
    this.faults = faults
  }
}
