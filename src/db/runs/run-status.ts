// The six things that `status` answers, from the rows of one run.
import { isResolvedFirst } from '../../domain/exceptions/card-state.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import { sentenceFor } from '../../domain/exceptions/case-words.ts'
import { isReason } from '../../domain/exceptions/reasons.ts'
import { caseOf } from '../../domain/exceptions/ways.ts'
import { type ExceptionCard, type RunStatus, runStatus } from '../../domain/exceptions/run-status.ts'
import type { ExceptionRow, RunRow, RunView, StoredDefinition } from './run-view.ts'

const DEFAULT_ATTEMPTS = 5
// A run that waits for its next try is leased until a minute after it.
const LEASE_AFTER_TRY_MS = 60_000

/** Whether Slack had taken the card of an exception while it was open. */
function cardOf({ id, resolvedAt }: ExceptionRow, cards: RunView['cards']): ExceptionCard {
  const card = cards.find(({ subjectId }) => subjectId === id)
  if (!card) return 'posted'
  if (isResolvedFirst(card, resolvedAt)) return 'after'
  return card.ts === null ? 'waiting' : 'posted'
}

export function statusOf(
  row: RunRow,
  exceptions: ExceptionRow[],
  succeededAt: Date | null,
  { labels, owners, cards }: Pick<RunView, 'labels' | 'cards'> & { owners: Map<string, string> },
): RunStatus {
  const last = exceptions.find(({ state }) => state === 'open') ?? exceptions.at(-1)
  const definition = row.version.definition as unknown as StoredDefinition
  const route = row.route === null ? undefined : definition.routes[row.route]
  return runStatus({
    state: row.state as RunView['state'],
    stage: row.stage,
    parkedBy: row.parkedBy,
    nextTryAt: row.leaseUntil && new Date(row.leaseUntil.getTime() - LEASE_AFTER_TRY_MS),
    attempts: row.attempts,
    resolvedAt: exceptions.findLast(({ resolvedAt }) => resolvedAt !== null)?.resolvedAt ?? null,
    exception: last && {
      sentence: isReason(last.reason)
        ? sentenceFor({ reason: last.reason, origin: caseOf(last).origin })
        : last.reason,
      ownerLabel: last.ownerLabel,
      ownerSince: last.ownerSince,
      isOpen: last.state === 'open',
      card: cardOf(last, cards),
    },
    outcome: row.outcome
      ? {
          ...row.outcome,
          kind: row.outcome.kind as Outcome,
          endedBy: labels.get(row.outcome.endedBy) ?? row.outcome.endedBy,
        }
      : undefined,
    ownerLabel:
      row.ownerId === null
        ? (owners.get(row.workflow.ownerSpec) ?? row.workflow.ownerSpec)
        : (labels.get(row.ownerId) ?? row.ownerId),
    workflowSucceededAt: succeededAt,
    attemptsAllowed: (step) => route?.actions[step]?.retry?.attempts ?? DEFAULT_ATTEMPTS,
  })
}
