// Which events a workflow wants (`when` of its trigger), asked before there is a run.
import { hurried } from '../cel/budget.ts'
import { type Context, evaluate, type Expression } from '../cel/expression.ts'

/** `unclear`: the filter has no answer, so a run says so: nothing is ignored that nobody decided to ignore. */
export type Wanted = { kind: 'wanted' } | { kind: 'ignored' } | { kind: 'unclear'; message: string }

/** A tenth of what a decision may take: senders wait for it, and so does everybody else at the edge. */
const MOST_STEPS = 1_000_000

/** What the event does not have makes the filter false. Never throws. */
export function wantedBy(filter: Expression, context: Context): Wanted {
  const result = hurried(MOST_STEPS, () => evaluate(filter, context))
  switch (result.kind) {
    case 'absent':
      return { kind: 'ignored' }
    case 'fault':
      return { kind: 'unclear', message: result.message }
    case 'value':
      if (typeof result.value === 'boolean') return { kind: result.value ? 'wanted' : 'ignored' }
      return { kind: 'unclear', message: `${filter.source} is neither true nor false` }
  }
}
