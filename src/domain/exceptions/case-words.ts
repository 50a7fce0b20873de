// An exception in words: its headline, one sentence on why, what the person is asked to do, and what its buttons say.
import { listedOr } from '../text/listed-or.ts'
import { type Reason, sentenceOf } from './reasons.ts'
import { type Case, type PlainWay, type Way, waysOf } from './ways.ts'

const headlines: Record<Reason, string> = {
  missing_field: 'Missing value',
  invalid_field: 'Invalid value',
  shape_changed: 'Payload format changed',
  stale_data: 'Outdated data',
  lookup_failed: 'Lookup failed',
  no_rule_matched: 'No rule matched',
  rules_conflict: 'Rules conflict',
  no_eligible_owner: 'Owner needed',
  approval_required: 'Approval needed',
  needs_judgement: 'Decision needed',
  duplicate_suspected: 'Possible duplicate',
  action_failed: 'Action failed',
  action_refused: 'Action refused',
  action_invalid: 'Action incomplete',
  timed_out: 'Timed out',
  source_silent: 'Source is silent',
  internal_error: 'Internal error',
}
export const headline = (reason: Reason): string => headlines[reason]

type Words = Partial<Record<Reason, { headline: string; sentence: string }>>

/** Where a file hands a case over, its reason says what is wrong with the case and not with the run. */
const ofRoute: Words = {
  invalid_field: { headline: 'Invalid value', sentence: 'A value needs to be corrected.' },
  missing_field: { headline: 'Information missing', sentence: 'Information is missing.' },
  stale_data: { headline: 'Outdated data', sentence: 'The data is out of date.' },
  action_failed: { headline: 'Action failed', sentence: 'Something that was started has failed.' },
  timed_out: { headline: 'Deadline passed', sentence: 'A deadline has passed.' },
}

const ofFinding: Words = {
  lookup_failed: { headline: 'Lookup failed', sentence: 'Signalbox could not look something up.' },
  action_failed: { headline: 'Not delivered', sentence: 'Signalbox could not deliver something.' },
  timed_out: { headline: 'Still paused', sentence: 'A pause has lasted for hours.' },
  internal_error: { headline: 'Part not working', sentence: 'A part of Signalbox is not working.' },
}

const wordsOf = ({ reason, origin }: Pick<Case, 'reason' | 'origin'>) =>
  origin === 'route' ? ofRoute[reason] : origin === 'finding' ? ofFinding[reason] : undefined

export const headlineOf = (one: Pick<Case, 'reason' | 'origin'>): string =>
  wordsOf(one)?.headline ?? headlines[one.reason]

/** Why a person is needed. */
export const sentenceFor = (one: Pick<Case, 'reason' | 'origin'>): string =>
  wordsOf(one)?.sentence ?? sentenceOf(one.reason)

const prompts: Record<Reason, string> = {
  missing_field: 'Fix it by entering the missing value.',
  invalid_field: 'Fix it by correcting the value.',
  shape_changed: 'Change the field mapping, then retry.',
  stale_data: 'Retry the lookup, or fill in the value.',
  lookup_failed: 'Retry the lookup, or fill in the value.',
  no_rule_matched: 'Add a rule for this case, then retry.',
  rules_conflict: 'Put the rules in order, then retry.',
  no_eligible_owner: 'Assign an owner, then correct the owner in the workflow.',
  approval_required: 'Approve or decline.',
  needs_judgement: 'Decide, then mark it done or dismiss it.',
  duplicate_suspected: 'Compare the two: process it anyway if it is new, dismiss it if it is the same.',
  action_failed: 'Retry once the target is healthy, or mark it done if you did it elsewhere.',
  action_refused: 'Edit what is sent and retry, or mark it done if you did it elsewhere.',
  action_invalid: 'Correct the workflow and replay the run, or mark it done if you did it elsewhere.',
  timed_out: 'Retry. If it times out again, tell the operators.',
  source_silent: 'Check the sender. This closes on its own when events arrive again.',
  internal_error: 'Retry. If it happens again, tell the operators.',
}

const promptsOfRoutes: Partial<Record<Reason, string>> = {
  missing_field: 'Fix it by entering what is missing, or mark it done.',
  invalid_field: 'Fix it by correcting the value, or mark it done.',
  duplicate_suspected: 'Compare the two, then mark it done or dismiss it.',
}

const promptsOfFindings: Partial<Record<Reason, string>> = {
  shape_changed: prompts.shape_changed,
  source_silent: prompts.source_silent,
  timed_out: 'End the pause, and this closes on its own.',
  no_eligible_owner: 'Assign an owner, then mark it done.',
}

/** What the person is asked to do. It names no button that the card lacks. `shown`: that nobody owns it comes first. */
export function promptFor({ reason, origin, choices }: Case, shown: Reason = reason): string {
  if (shown === 'no_eligible_owner' && origin !== 'finding') return prompts.no_eligible_owner
  if (choices.length > 0) return `Choose ${listedOr(choices.map(({ label }) => label))}.`
  if (origin === 'finding') return promptsOfFindings[reason] ?? 'Take care of it, then mark it done.'
  if (origin === 'run') return prompts[reason]
  return promptsOfRoutes[reason] ?? prompts.needs_judgement
}

const labels: Record<PlainWay, string> = {
  fix: 'Fix',
  approve: 'Approve',
  retry: 'Retry',
  process: 'Process anyway',
  done: 'Mark done',
  decline: 'Decline',
  dismiss: 'Dismiss',
}

/** What its button says. */
export function wayLabel({ reason }: Pick<Case, 'reason'>, way: Way): string {
  if (way.do === 'choose') return way.label
  const isLookup = reason === 'lookup_failed' || reason === 'stale_data'
  return way.do === 'fix' && isLookup ? 'Fill in' : labels[way.do]
}

/** What it can be, for who tried something else. */
export const waysText = (one: Case): string =>
  listedOr(
    waysOf(one).map((way) => (way.do === 'choose' ? `"${way.label}"` : wayLabel(one, way).toLowerCase())),
  )
