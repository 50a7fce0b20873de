// The run as steps, each with how far it has come: Slack's own `plan` with its `task_card`s, and one line of marks for a
// workspace that refuses those. Pure.
import type { KnownBlock, PlanBlock, TaskCardBlock } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { RunView } from '../../db/runs/run-view.ts'
import type { Policy } from '../../db/exceptions/exceptions.ts'
import { cut, inline, mrkdwn } from '../text.ts'

interface Step {
  title: string
  status: TaskCardBlock['status']
  /** Why it is not done. */
  because?: string
}

const MOST_ACTIONS = 8
const marks: Record<Step['status'], string> = {
  complete: '✓',
  error: '✗',
  in_progress: '▸',
  pending: '○',
}

const decisionOf = ({ decisions }: RunView) => decisions.findLast(({ rule }) => rule !== null)

function decided({ run, reason }: ExceptionView): Step {
  const { rule, route } = decisionOf(run) ?? {}
  if (run.route !== null && rule)
    return { title: `Rule “${cut(rule, 60)}” decided: ${route ?? run.route}`, status: 'complete' }
  const isStuck = run.state === 'held' && reason !== 'shape_changed'
  return { title: 'Check the event and decide', status: isStuck ? 'error' : 'pending' }
}

/** Along another route than its rule's: by a choice, a decline, or a timeout. */
function moved({ run }: ExceptionView): Step[] {
  const decision = decisionOf(run)
  const isMoved = decision !== undefined && run.route !== null && decision.route !== run.route
  return isMoved ? [{ title: `Went on to ${run.route}`, status: 'complete' }] : []
}

function approval({ run, exception, reason }: ExceptionView): Step[] {
  const review = run.exceptions.findLast((one) => one.reason === 'approval_required')
  if (!review) return []
  if (review.state !== 'open') {
    const isApproved = review.resolvedAs === 'approved'
    return [{ title: isApproved ? 'Approved' : 'Approval', status: isApproved ? 'complete' : 'error' }]
  }
  const { approvals: needed = 1 } = exception.policy as Partial<Policy>
  const given = Array.isArray(review.approvals) ? review.approvals.length : 0
  const isCounted = needed > 1 && reason === 'approval_required'
  return [{ title: isCounted ? `Approval, ${given} of ${needed}` : 'Approval', status: 'in_progress' }]
}

function actionStep(run: RunView, name: string, step: number): Step {
  const title = `Run “${cut(name, 60)}”`
  const last = run.attempts.findLast((one) => one.step === step && one.action === name)
  if (last?.state === 'done' || step < run.step) return { title, status: 'complete' }
  if (!last || last.state === 'started' || step > run.step)
    return { title, status: last?.state === 'started' ? 'in_progress' : 'pending' }
  const because = `try ${last.number}: ${cut(last.error ?? last.state, 200)}`
  return { title, status: run.state === 'in_flight' ? 'in_progress' : 'error', because }
}

function end({ outcome, route, definition }: RunView): Step {
  if (outcome) {
    const isGood = outcome.kind === 'achieved' || outcome.kind === 'ignored'
    return { title: `Ended: ${outcome.kind}`, status: isGood ? 'complete' : 'error' }
  }
  const wanted = route === null ? undefined : definition.routes[route]?.outcome
  return { title: wanted ? `End: ${wanted}` : 'End', status: 'pending' }
}

/** Empty for our own findings (a silent source …): nothing arrived, and nothing runs. */
function stepsOf(view: ExceptionView): Step[] {
  const { run } = view
  if (run.event.source === 'watchdog') return []
  const actions = run.route === null ? [] : (run.definition.routes[run.route]?.actions ?? [])
  const shown = actions.slice(0, MOST_ACTIONS).map(({ action }, step) => actionStep(run, action, step))
  const left = actions.length - MOST_ACTIONS
  return [
    decided(view),
    ...moved(view),
    ...approval(view),
    ...shown,
    ...(left > 0 ? [{ title: `and ${left} more actions`, status: 'pending' as const }] : []),
    end(run),
  ]
}

const said = (text: string): NonNullable<TaskCardBlock['output']> => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
})

/** Both forms of the same steps; neither when there are none. */
export function runPlan(view: ExceptionView): { native: KnownBlock[]; classic: KnownBlock[] } {
  const steps = stepsOf(view)
  if (steps.length === 0) return { native: [], classic: [] }
  const plan: PlanBlock = {
    type: 'plan',
    title: 'The run so far',
    tasks: steps.map(({ title, status, because }, at): TaskCardBlock => ({
      type: 'task_card',
      task_id: `step_${at}`,
      title: cut(title, 150),
      status,
      ...(because === undefined ? {} : { output: said(cut(because, 300)) }),
    })),
  }
  const line = steps.map(({ title, status }) => `${marks[status]} ${inline(title, 100)}`).join('   ')
  return { native: [plan], classic: [{ type: 'context', elements: [mrkdwn(line)] }] }
}
