// What each number of a digest means, in the words that stand beside it and in docs/digest.md.
import type { DigestList } from './digest-lists.ts'

export const digestMeaning: Record<DigestList, string> = {
  accepted: 'Events that arrived and started a run. An event that is delivered again does not count again.',
  automated:
    'Runs that completed without a person, as a share of all runs received or carried over. Whatever still waits or was touched by a person counts against it.',
  ended: 'The time from when an event was received until its run completed, waiting included.',
  erred:
    'Runs that met a machine fault (a lookup or an action failed, something timed out), whether or not they have completed, as a share of all runs received or carried over. A run counts once. Missing values and approvals are not machine faults.',
  resolved:
    'The time from when a case was opened until somebody resolved it for good. Until the run completes or stops for something else, nothing counts as resolved; a retry that fails again resolves nothing.',
  late: 'Of the cases with an SLA that were resolved for good: the share where somebody said they were on it, or resolved it, in time. A case that comes back keeps its due time.',
  reopened: 'Cases that were resolved and came back for the same reason. They are not counted as new.',
  manual:
    'How often a run that completed had needed a person. Manual steps, handoffs and messages are columns of the CSV.',
  open: 'Cases open when the period ended. “Carried over” are all runs that had not completed when it began.',
}
