// The six things that `status` answers, from the rows of one run.
import type { Outcome } from '../domain/outcome.ts'
import { sentenceOf } from '../domain/reasons.ts'
import { type RunStatus, runStatus } from '../domain/run-status.ts'
import type { ExceptionRow, RunRow, RunView, StoredDefinition } from './run-view.ts'

const DEFAULT_ATTEMPTS = 5
// A run that waits for its next try is leased until a minute after it.
const LEASE_AFTER_TRY_MS = 60_000

export function statusOf(
  row: RunRow,
  exceptions: ExceptionRow[],
  succeededAt: Date | null,
  { labels, owners }: { labels: RunView['labels']; owners: Map<string, string> },
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
    settledAt: exceptions.findLast(({ settledAt }) => settledAt !== null)?.settledAt ?? null,
    exception: last && {
      sentence: sentenceOf(last.reason),
      ownerLabel: last.ownerLabel,
      ownerSince: last.ownerSince,
      isOpen: last.state === 'open',
    },
    outcome: row.outcome
      ? {
          ...row.outcome,
          kind: row.outcome.kind as Outcome,
          endedBy: labels.get(row.outcome.endedBy) ?? row.outcome.endedBy,
        }
      : undefined,
    workflowOwner: owners.get(row.workflow.ownerSpec) ?? row.workflow.ownerSpec,
    workflowSucceededAt: succeededAt,
    attemptsAllowed: (step) => route?.actions[step]?.retry?.attempts ?? DEFAULT_ATTEMPTS,
  })
}
