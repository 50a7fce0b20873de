// The closed list of reasons why a run stops for a person: each with the sentence that person reads and
// what they can do about it. A workflow's own `exception: { reason: … }` is one of these too.
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
  'timed_out',
  'source_silent',
  'internal_error',
] as const
export type Reason = (typeof reasons)[number]

type ReasonText = { sentence: string; whatToDo: string }

const texts: Record<Reason, ReasonText> = {
  missing_field: {
    sentence: 'A required value is missing.',
    whatToDo: 'Fill in the missing value, or reject.',
  },
  invalid_field: {
    sentence: 'A value is invalid.',
    whatToDo: 'Correct the value, or reject.',
  },
  shape_changed: {
    sentence: 'The payload format changed.',
    whatToDo: 'Fix the field mapping, then replay the runs on hold.',
  },
  stale_data: {
    sentence: 'The looked-up data is older than this workflow allows, and refreshing it failed.',
    whatToDo: 'Retry the lookup, or reject.',
  },
  lookup_failed: {
    sentence: 'A lookup failed.',
    whatToDo: 'Retry the lookup, or reject.',
  },
  no_rule_matched: {
    sentence: 'No rule matched this case.',
    whatToDo: 'Add a rule for this case, then retry, or reject.',
  },
  rules_conflict: {
    sentence: 'Two rules matched and disagree.',
    whatToDo: 'Put the rules in order, then retry, or reject.',
  },
  no_eligible_owner: {
    sentence: 'No eligible owner is available.',
    whatToDo: 'Assign an owner, then fix the owner in the workflow.',
  },
  approval_required: {
    sentence: 'This needs approval before it goes ahead.',
    whatToDo: 'Approve, approve with a change, or reject.',
  },
  needs_judgement: {
    sentence: 'This case needs a manual decision.',
    whatToDo: 'Review the facts, then approve or reject.',
  },
  duplicate_suspected: {
    sentence: 'This looks like a case that was already handled.',
    whatToDo: 'Compare the two. Approve if it is new, reject if it is the same.',
  },
  action_failed: {
    sentence: 'An action failed after all attempts.',
    whatToDo: 'Retry once the target is healthy, or reject.',
  },
  action_refused: {
    sentence: 'The target rejected an action and would reject it again.',
    whatToDo: 'Edit what is sent and retry, or reject.',
  },
  timed_out: {
    sentence: 'The run timed out.',
    whatToDo: 'Retry. If it times out again, tell the operators.',
  },
  source_silent: {
    sentence: 'No events or successful runs for longer than expected.',
    whatToDo: 'Check the sender. This closes on its own when events arrive again.',
  },
  internal_error: {
    sentence: 'Signalbox hit an internal error.',
    whatToDo: 'Retry. If it happens again, tell the operators.',
  },
}

export const reasonText = (reason: Reason): ReasonText => texts[reason]
export const isReason = (text: string): text is Reason => Object.hasOwn(texts, text)

/** The sentence that a person reads; of a reason that this program does not know, its name. */
export const sentenceOf = (reason: string): string => (isReason(reason) ? texts[reason].sentence : reason)
