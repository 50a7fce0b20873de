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
    sentence: 'A value that this workflow needs was not there.',
    whatToDo: 'Fix the missing value and resume, or reject.',
  },
  invalid_field: {
    sentence: 'A value arrived that this workflow cannot accept.',
    whatToDo: 'Correct the value and resume, or reject.',
  },
  shape_changed: {
    sentence: 'The source sends its data in another shape than before.',
    whatToDo: 'Fix the mapping of the field and replay what waits.',
  },
  stale_data: {
    sentence: 'What we looked up is older than this workflow allows, and could not be fetched again.',
    whatToDo: 'Retry the lookup, or approve with what is known.',
  },
  lookup_failed: {
    sentence: 'A lookup gave no answer.',
    whatToDo: 'Retry, fill in the value by hand, or reject.',
  },
  no_rule_matched: {
    sentence: 'No rule says what to do with this.',
    whatToDo: 'Choose a route, and add a rule so that the next one needs nobody.',
  },
  rules_conflict: {
    sentence: 'Two rules claim this and disagree.',
    whatToDo: 'Choose a route, and put the rules in order.',
  },
  no_eligible_owner: {
    sentence: 'Nobody who could own this can be reached.',
    whatToDo: 'Assign someone, then fix the owner in the workflow.',
  },
  approval_required: {
    sentence: 'This route runs only after a person has approved it.',
    whatToDo: 'Approve, approve with a change, or reject.',
  },
  needs_judgement: {
    sentence: 'The workflow hands this case to a person on purpose.',
    whatToDo: 'Look at the facts, then approve or reject.',
  },
  duplicate_suspected: {
    sentence: 'This looks like something that was handled before.',
    whatToDo: 'Compare the two; approve when it is new, reject when it is the same.',
  },
  action_failed: {
    sentence: 'An action did not succeed after all its tries.',
    whatToDo: 'Retry from the failed step once the target works again, or reject.',
  },
  action_refused: {
    sentence: 'The target refused an action, and would refuse it again.',
    whatToDo: 'Correct what is sent and retry, or reject.',
  },
  timed_out: {
    sentence: 'A run did not get on within its time.',
    whatToDo: 'Retry; if it stops again, tell the operators.',
  },
  source_silent: {
    sentence: 'Nothing has arrived or succeeded for longer than expected.',
    whatToDo: 'Check the sender; this closes itself when events come again.',
  },
  internal_error: {
    sentence: 'Signalbox met a fault of its own.',
    whatToDo: 'Retry; tell the operators if it comes back.',
  },
}

export const reasonText = (reason: Reason): ReasonText => texts[reason]
export const isReason = (text: string): text is Reason => Object.hasOwn(texts, text)

/** The sentence that a person reads; of a reason that this program does not know, its name. */
export const sentenceOf = (reason: string): string => (isReason(reason) ? texts[reason].sentence : reason)
