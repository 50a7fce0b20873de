// /workflow list: every workflow in a line, in pages.
import type { WorkflowHealth } from '../../db/workflows/workflow-health.ts'
import { counted, countedDo } from '../../domain/text/counted.ts'
import { inline, moment, mrkdwn } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'
import { chunksOf, pageBlock } from './pages.ts'

const PAGE = 24
const IN_SECTION = 8

export function workflowLine(one: WorkflowHealth): string {
  const success = one.lastSuccessAt ? `last success ${moment(one.lastSuccessAt)}` : 'no success yet'
  const late = one.overdue > 0 ? `, :warning: ${one.overdue} overdue` : ''
  return `• *${inline(one.title)}* \`${one.key}\` ${one.isPaused ? '_paused_, ' : ''}owner ${inline(one.ownerLabel || '–')}, ${countedDo(one.open, 'need')} attention${late}, ${success}`
}

export function listAnswer(workflows: WorkflowHealth[], page = 1): Reply {
  if (workflows.length === 0)
    return { text: 'There is no workflow yet. `signalbox apply` publishes the files.' }
  const pages = chunksOf(workflows, PAGE)
  const at = Math.min(page, pages.length)
  const shown = pages[at - 1] ?? []
  return {
    text: counted(workflows.length, 'workflow'),
    blocks: [
      ...chunksOf(shown.map(workflowLine), IN_SECTION).map((lines) => ({
        type: 'section' as const,
        text: mrkdwn(lines.join('\n')),
      })),
      ...pageBlock({ page: at, pages: pages.length, command: '/workflow list' }),
    ],
  }
}
