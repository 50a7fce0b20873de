// /workflow list: every workflow in a line.
import type { WorkflowHealth } from '../../db/workflow-health.ts'
import { inline, moment, mrkdwn } from '../text.ts'
import type { Said } from '../wire.ts'

const MOST = 30

export function workflowLine(one: WorkflowHealth): string {
  const success = one.lastSuccessAt ? `last success ${moment(one.lastSuccessAt)}` : 'no success yet'
  const late = one.overdue > 0 ? `, :warning: ${one.overdue} overdue` : ''
  return `• *${inline(one.title)}* \`${one.key}\` ${one.isPaused ? '_paused_, ' : ''}owner ${inline(one.ownerSpec || '–')}, ${one.open} wait for a person${late}, ${success}`
}

export function listAnswer(workflows: WorkflowHealth[]): Said {
  if (workflows.length === 0)
    return { text: 'There is no workflow yet. `signalbox apply` publishes the files.' }
  const shown = workflows.slice(0, MOST).map(workflowLine)
  const chunks = Array.from({ length: Math.ceil(shown.length / 8) }, (_, at) =>
    shown.slice(at * 8, at * 8 + 8),
  )
  return {
    text: `${workflows.length} workflows`,
    blocks: [
      ...chunks.map((lines) => ({ type: 'section' as const, text: mrkdwn(lines.join('\n')) })),
      ...(workflows.length > MOST
        ? [{ type: 'context' as const, elements: [mrkdwn(`and ${workflows.length - MOST} more`)] }]
        : []),
    ],
  }
}
