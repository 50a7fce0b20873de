// The closed list of reasons why a run stops for a person: each with the sentence that person reads.
// What they can do about it: ways.ts, case-words.ts. A workflow's own `exception: { reason: … }` is one of these too.
export const reasons = [
  'missing_field',
  'invalid_field',
  'shape_changed',
  'stale_data',
  'lookup_failed',
  'no_rule_matched',
  'rules_conflict',
  'no_eligible_owner',
  'approval_required',
  'needs_judgement',
  'duplicate_suspected',
  'action_failed',
  'action_refused',
  'action_invalid',
  'timed_out',
  'source_silent',
  'internal_error',
] as const
export type Reason = (typeof reasons)[number]

const sentences: Record<Reason, string> = {
  missing_field: 'A required value is missing.',
  invalid_field: 'A value is invalid.',
  shape_changed: 'The payload format changed.',
  stale_data: 'The looked-up data is older than this workflow allows, and refreshing it failed.',
  lookup_failed: 'A lookup failed.',
  no_rule_matched: 'No rule matched this case.',
  rules_conflict: 'Two rules matched and disagree.',
  no_eligible_owner: 'No eligible owner is available.',
  approval_required: 'This needs approval before it goes ahead.',
  needs_judgement: 'This case needs a manual decision.',
  duplicate_suspected: 'This looks like a case that was already handled.',
  action_failed: 'An action failed after all attempts.',
  action_refused: 'The target rejected an action and would reject it again.',
  action_invalid: 'An action could not be built from this record, and nothing was sent.',
  timed_out: 'The run timed out.',
  source_silent: 'No events or successful runs for longer than expected.',
  internal_error: 'Signalbox hit an internal error.',
}

/** Something of ours, or a system we call, did not work: what the error rate counts. The file and the sender cause the others. */
export const machineFaults: readonly Reason[] = [
  'stale_data',
  'lookup_failed',
  'action_failed',
  'action_refused',
  'timed_out',
  'source_silent',
  'internal_error',
]

export const isReason = (text: string): text is Reason => Object.hasOwn(sentences, text)

/** The sentence that a person reads; of a reason that this program does not know, its name. */
export const sentenceOf = (reason: string): string => (isReason(reason) ? sentences[reason] : reason)
