// /workflow status: the six things about a run, a list when several fit, the health of a workflow.
import type { KnownBlock } from '@slack/types'
import type { RunLine } from '../../db/find-runs.ts'
import type { RunView } from '../../db/run-view.ts'
import type { WorkflowHealth } from '../../db/workflow-health.ts'
import { isReason, reasonText } from '../../domain/reasons.ts'
import { statusLines } from '../../domain/run-status.ts'
import { code, inline, moment, mrkdwn, plain } from '../text.ts'
import type { Said } from '../wire.ts'

const writing = { time: moment, text: (words: string) => inline(words, 200) }

export const statusText = (run: RunView): string =>
  statusLines(run.status, writing)
    .map(([label, text]) => `*${label}:* ${text}`)
    .join('\n')

export const runTitle = (run: Pick<RunView, 'workflow' | 'subject'>): string =>
  `${run.workflow.title} ${run.subject ?? ''}`.trim()

export function runStatusAnswer(run: RunView): Said {
  const title = runTitle(run)
  const blocks: KnownBlock[] = [
    { type: 'header', text: plain(title, 150) },
    { type: 'section', text: mrkdwn(statusText(run)) },
    {
      type: 'context',
      elements: [
        mrkdwn(
          `${code(run.id)} since ${moment(run.receivedAt)}, version ${run.version}. ${code(`/workflow explain ${run.id}`)} says why.`,
        ),
      ],
    },
  ]
  return { text: `${inline(title)}: ${run.status.state}`, blocks }
}

const lineState = (run: RunLine): string => {
  if (run.outcome !== null) return inline(run.outcome)
  if (run.reason !== null) return isReason(run.reason) ? reasonText(run.reason).sentence : inline(run.reason)
  return 'in flight'
}

export const runLines = (runs: RunLine[]): string =>
  runs
    .map(
      (run) =>
        `• *${inline(run.subject ?? run.id)}* (${inline(run.workflow)}) ${lineState(run)} ${moment(run.receivedAt)}\n   ${code(run.id)}`,
    )
    .join('\n')

const sectionsOf = (lines: string): KnownBlock[] => [{ type: 'section', text: mrkdwn(lines) }]

export const severalRunsAnswer = (what: string, runs: RunLine[]): Said => ({
  text: `${runs.length} runs are called ${inline(what)}`,
  blocks: sectionsOf(
    `*${runs.length} runs are called ${inline(what)}*, newest first:\n${runLines(runs.slice(0, 10))}`,
  ),
})

export function workflowStatusAnswer(health: WorkflowHealth, runs: RunLine[]): Said {
  const { title, key, ownerSpec, isPaused, inFlight, open, lastSuccessAt, failed, outcomes } = health
  const ends = Object.entries(outcomes).map(([kind, n]) => `${n} ${kind}`)
  const lines = [
    `*State:* ${isPaused ? 'paused' : 'running'}, ${inFlight} in flight, ${open} wait for a person`,
    `*Last success:* ${lastSuccessAt ? moment(lastSuccessAt) : 'none yet'}`,
    `*Failed action:* ${failed ? `${inline(failed.action)}, ${moment(failed.at)}: ${inline(failed.error, 200)}` : 'none'}`,
    `*Owner:* ${inline(ownerSpec)}`,
    `*Retry:* ${health.retrying === 0 ? 'none waiting' : `${health.retrying} wait for their next try`}`,
    `*Outcome:* ${ends.length === 0 ? 'none yet' : ends.join(', ')}`,
  ]
  return {
    text: `${inline(title)}: ${open} wait for a person`,
    blocks: [
      { type: 'header', text: plain(`${title} (${key})`, 150) },
      { type: 'section', text: mrkdwn(lines.join('\n')) },
      ...(runs.length === 0 ? [] : sectionsOf(`*Latest runs*\n${runLines(runs.slice(0, 5))}`)),
    ],
  }
}

export const nothingFoundAnswer = (what: string, near: string[]): Said => ({
  text:
    near.length === 0
      ? `Nothing here is called “${inline(what)}”: no run, no subject, no workflow. \`/workflow list\` shows the workflows.`
      : `Nothing here is called “${inline(what)}”. Near to it: ${near.map((one) => code(one)).join(', ')}.`,
})
