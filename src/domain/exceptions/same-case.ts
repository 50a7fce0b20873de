// Whether a run that stops again stops for the case that a person had just resolved: then that resolution was none.
import type { Reason } from './reasons.ts'

/** What an exception is about: of one workflow, for this reason, about this field or target. */
export const fingerprintOf = (workflow: string, reason: Reason, about: string): string =>
  `${workflow}/${reason}/${about}`

/** A second try may fail in another way: the target that did not answer now refuses. */
const oneKind: Partial<Record<string, Reason>> = {
  action_refused: 'action_failed',
  invalid_field: 'missing_field',
  stale_data: 'lookup_failed',
}

function caseOf(fingerprint: string): string {
  const [workflow = '', reason = '', ...about] = fingerprint.split('/')
  return [workflow, oneKind[reason] ?? reason, ...about].join('/')
}

export const isSameCase = (one: string, other: string): boolean => caseOf(one) === caseOf(other)
