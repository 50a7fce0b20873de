// What a function of an expression may throw; anything else is a bug of ours.

/** A value that is not there, met while evaluating. Not a fault: the field is then missing. */
export class AbsentError extends Error {
  override name = 'AbsentError'
}

/** A function was given something it cannot read; the message is for the person who resolves the run. */
export class FunctionError extends Error {
  override name = 'FunctionError'
}

/** An expression has too much to do with what arrived. Quotes nothing of it. */
export class BudgetError extends FunctionError {
  override name = 'BudgetError'
}
