// The six things `status` always answers about a run, from what its records say. Slack and the command line show
// the same.
import type { Outcome } from './outcome.ts'

/** Whether the exception's card stood in Slack while it was open; `after`: it was resolved before. */
export type ExceptionCard = 'posted' | 'waiting' | 'after'

/** Where a step goes whose condition does not hold: nothing is done. */
export const NO_TARGET = 'none'

export interface RunFacts {
  state: 'in_flight' | 'held' | 'ended'
  stage: string
  /** The pause it waits for: `all`, `workflow:<key>` or `target:<host>`. */
  parkedBy: string | null
  /** When a run in flight is tried again, if its last action failed. */
  nextTryAt: Date | null
  attempts: {
    action: string
    number: number
    step: number
    state: string
    target: string
    error: string | null
    startedAt: Date
    finishedAt: Date | null
  }[]
  /** When a person last let it go on: tries are counted anew from then. */
  resolvedAt: Date | null
  /** The open exception, or else the last one. */
  exception:
    | { sentence: string; ownerLabel: string; ownerSince: Date; isOpen: boolean; card: ExceptionCard }
    | undefined
  outcome: { kind: Outcome; endedAt: Date; endedBy: string; note: string | null } | undefined
  /** Who has the run when no exception is open: since its decision, else whoever answers for its workflow. */
  ownerLabel: string
  /** The last time a run of this workflow was achieved. */
  workflowSucceededAt: Date | null
  attemptsAllowed: (step: number) => number
}

export interface RunStatus {
  state: string
  lastSuccess: { what: string; at: Date } | null
  failedAction: { action: string; at: Date; error: string } | null
  owner: { label: string; since: Date | null }
  retry: { number: number; most: number; nextAt: Date | null } | null
  outcome: { kind: Outcome; at: Date; by: string; note: string | null } | null
}

function pausedText(pause: string): string {
  if (pause === 'all') return 'everything is paused'
  return pause.startsWith('target:')
    ? `calls to ${pause.slice('target:'.length)} are paused`
    : 'its workflow is paused'
}

const stateText = ({ state, stage, parkedBy, exception }: RunFacts): string => {
  if (state === 'ended') return 'completed'
  if (state === 'held') return `needs attention: ${exception?.sentence ?? 'an exception is open'}`
  if (parkedBy !== null) return `on hold: ${pausedText(parkedBy)}`
  return stage === 'act' ? 'running: its actions are running' : 'running: being decided'
}

function cardNote({ exception }: RunFacts): string {
  if (exception?.card === 'waiting') return ' (its card is not posted yet)'
  return exception?.card === 'after' ? ' (its exception was resolved before its card was posted)' : ''
}

export function runStatus(facts: RunFacts): RunStatus {
  const { attempts, exception, outcome } = facts
  const done = attempts.findLast(({ state, target }) => state === 'done' && target !== NO_TARGET)
  const failed = attempts.findLast(({ state }) => state === 'failed' || state === 'refused')
  const isOver = failed && attempts.some((later) => later.state === 'done' && later.step >= failed.step)
  const since = facts.resolvedAt ?? new Date(0)
  const succeededAt = facts.workflowSucceededAt
  const lastSuccess = done
    ? { what: `action “${done.action}”`, at: done.finishedAt ?? done.startedAt }
    : succeededAt && { what: 'another run of this workflow', at: succeededAt }
  return {
    state: `${stateText(facts)}${cardNote(facts)}`,
    lastSuccess: lastSuccess ?? null,
    failedAction:
      failed && !isOver
        ? {
            action: failed.action,
            at: failed.finishedAt ?? failed.startedAt,
            error: failed.error ?? 'no answer',
          }
        : null,
    owner: exception?.isOpen
      ? { label: exception.ownerLabel, since: exception.ownerSince }
      : { label: facts.ownerLabel, since: null },
    retry:
      failed && !isOver && facts.state !== 'ended'
        ? {
            number: attempts.filter(({ step, startedAt }) => step === failed.step && startedAt >= since)
              .length,
            most: facts.attemptsAllowed(failed.step),
            nextAt: facts.state === 'in_flight' && facts.parkedBy === null ? facts.nextTryAt : null,
          }
        : null,
    outcome: outcome
      ? { kind: outcome.kind, at: outcome.endedAt, by: outcome.endedBy, note: outcome.note }
      : null,
  }
}

/** How a surface writes a moment, and words that came from outside. */
export interface Writing {
  time: (at: Date) => string
  text: (words: string) => string
}

/** The six lines, always all of them, always in this order. */
export function statusLines(status: RunStatus, { time, text }: Writing): [label: string, text: string][] {
  const { lastSuccess, failedAction, owner, retry, outcome } = status
  const next = retry?.nextAt ? `, next ${time(retry.nextAt)}` : ''
  const failed = failedAction && [text(failedAction.action), time(failedAction.at)].join(', ')
  const note = outcome?.note ? `: ${text(outcome.note)}` : ''
  return [
    ['State', status.state],
    ['Last success', lastSuccess ? `${text(lastSuccess.what)}, ${time(lastSuccess.at)}` : 'none yet'],
    ['Failed action', failedAction ? `${failed}: ${text(failedAction.error)}` : 'none'],
    ['Owner', owner.since ? `${text(owner.label)} since ${time(owner.since)}` : text(owner.label)],
    ['Retry', retry ? `try ${retry.number} of ${retry.most}${next}` : 'none waiting'],
    ['Outcome', outcome ? `${outcome.kind}, ${time(outcome.at)}, by ${text(outcome.by)}${note}` : 'not yet'],
  ]
}
