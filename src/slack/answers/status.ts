// /workflow status: the six things about a run, a list when several fit, the health of a workflow.
import type { KnownBlock } from '@slack/types'
import type { RunLine } from '../../db/runs/find-runs.ts'
import type { RunView } from '../../db/runs/run-view.ts'
import { RECENT_DAYS } from '../../db/digest/ignored.ts'
import type { SourceHealth } from '../../db/workflows/source-health.ts'
import type { WorkflowHealth } from '../../db/workflows/workflow-health.ts'
import { type Ignored, ignoredText, ignoredTypesText } from '../../domain/ignored-words.ts'
import { receivingOf } from '../../domain/senders/receiving.ts'
import { counted, countedDo } from '../../domain/text/counted.ts'
import { isReason, sentenceOf } from '../../domain/exceptions/reasons.ts'
import { statusLines } from '../../domain/exceptions/run-status.ts'
import { code, inline, moment, mrkdwn, plain } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'
import { chunksOf, pageBlock } from './pages.ts'

const writing = { time: moment, text: (words: string) => inline(words, 200) }

export const statusText = (run: RunView): string =>
  statusLines(run.status, writing)
    .map(([label, text]) => `*${label}:* ${text}`)
    .join('\n')

export const runTitle = (run: Pick<RunView, 'workflow' | 'subject'>): string =>
  `${run.workflow.title} ${run.subject ?? ''}`.trim()

/** The six things about one run; `others` that are called the same are listed below it. */
export function runStatusAnswer(run: RunView, others: RunLine[] = []): Reply {
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
    ...(others.length === 0
      ? []
      : sectionsOf(`*Also called ${inline(run.subject ?? run.id)}*, newest first`, others)),
  ]
  return { text: `${inline(title)}: ${run.status.state}`, blocks }
}

const lineState = (run: RunLine): string => {
  if (run.outcome !== null) return inline(run.outcome)
  if (run.reason !== null) return isReason(run.reason) ? sentenceOf(run.reason) : inline(run.reason)
  return 'running'
}

const runLines = (runs: RunLine[]): string =>
  runs
    .map(
      (run) =>
        `• *${inline(run.subject ?? run.id)}* (${inline(run.workflow)}) ${lineState(run)}${run.owner === null ? '' : `, ${inline(run.owner)},`} ${moment(run.receivedAt)}\n   ${code(run.id)}`,
    )
    .join('\n')

const IN_SECTION = 5

const sectionsOf = (lead: string, runs: RunLine[]): KnownBlock[] =>
  chunksOf(runs, IN_SECTION).map((some, at) => ({
    type: 'section',
    text: mrkdwn(`${at === 0 ? `${lead}\n` : ''}${runLines(some)}`),
  }))

export const severalRunsAnswer = (what: string, runs: RunLine[]): Reply => ({
  text: `${runs.length} runs are called ${inline(what)}`,
  blocks: sectionsOf(
    `*${runs.length} runs are called ${inline(what)}*; name one by its id. Newest first:`,
    runs,
  ),
})

/** The same six things about a workflow, each with its label. */
const healthLines = (health: WorkflowHealth): string[] => {
  const { ownerLabel, isPaused, inFlight, open, overdue, lastSuccessAt, failed, outcomes } = health
  const ends = Object.entries(outcomes).map(([kind, n]) => `${n} ${kind}`)
  const late = overdue > 0 ? ` (:warning: ${overdue} overdue)` : ''
  return [
    `*State:* ${isPaused ? 'paused' : 'running'}, ${inFlight} running, ${countedDo(open, 'need')} attention${late}`,
    `*Last success:* ${lastSuccessAt ? moment(lastSuccessAt) : 'none yet'}`,
    `*Failed action:* ${failed ? `${inline(failed.action)}, ${moment(failed.at)}: ${inline(failed.error, 200)}` : 'none'}`,
    `*Owner:* ${inline(ownerLabel)}`,
    `*Retry:* ${health.retrying === 0 ? 'none waiting' : `${countedDo(health.retrying, 'wait')} for the next try`}`,
    `*Outcome:* ${ends.length === 0 ? 'none yet' : ends.join(', ')}`,
  ]
}

/** What senders call things is outside text. */
const ignoredLine = (ignored: readonly Ignored[]): string => inline(ignoredText(ignored), 500)

export function workflowStatusAnswer(
  health: WorkflowHealth,
  runs: RunLine[],
  ignored: readonly Ignored[] = [],
): Reply {
  const { title, key, open } = health
  return {
    text: `${inline(title)}: ${countedDo(open, 'need')} attention`,
    blocks: [
      { type: 'header', text: plain(`${title} (${key})`, 150) },
      { type: 'section', text: mrkdwn(healthLines(health).join('\n')) },
      ...(ignored.length === 0 ? [] : [section(`*Last ${RECENT_DAYS} days:* ${ignoredLine(ignored)}`)]),
      ...(runs.length === 0 ? [] : sectionsOf('*Latest runs*', runs.slice(0, 5))),
    ],
  }
}

const section = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(text) })

/** `withTypes`: what was ignored is named. */
export function sourceStatusAnswer(source: SourceHealth, withTypes: boolean): Reply {
  const { name, address, takers, days, deliveries, ignored, ignoredTypes, lastReceivedAt } = source
  const types = withTypes && ignored > 0 ? ` (${inline(ignoredTypesText(ignoredTypes), 500)})` : ''
  const lines = [
    `*Address:* ${code(address)}`,
    `*Sender:* ${inline(receivingOf(source.source).name)}`,
    `*Taken by:* ${takers.length === 0 ? 'no workflow' : takers.map(({ workflow }) => code(workflow)).join(', ')}`,
    `*Last ${days} days:* ${counted(deliveries, 'event')}, ${ignored} ignored by filter${types}`,
    `*Last event:* ${lastReceivedAt ? moment(lastReceivedAt) : 'none in that time'}`,
  ]
  return {
    text: `${inline(name)}: ${counted(deliveries, 'event')} in ${days} days`,
    blocks: [{ type: 'header', text: plain(`Source ${name}`, 150) }, section(lines.join('\n'))],
  }
}

const WORKFLOWS_A_PAGE = 8

/** All workflows, the six things about each. */
export function allStatusAnswer(all: WorkflowHealth[], page: number): Reply {
  const pages = chunksOf(all, WORKFLOWS_A_PAGE)
  const at = Math.min(page, pages.length)
  return {
    text: counted(all.length, 'workflow'),
    blocks: [
      ...(pages[at - 1] ?? []).map((health) => ({
        type: 'section' as const,
        text: mrkdwn(`*${inline(health.title)}* ${code(health.key)}\n${healthLines(health).join('\n')}`),
      })),
      ...pageBlock({ page: at, pages: pages.length, command: '/workflow status' }),
    ],
  }
}

export const nothingFoundAnswer = (what: string, near: string[]): Reply => ({
  text:
    near.length === 0
      ? `Nothing here is called “${inline(what)}”: no run, no subject, no workflow. \`/workflow list\` shows the workflows.`
      : `Nothing here is called “${inline(what)}”. Did you mean ${near.map((one) => code(one)).join(', ')}?`,
})
