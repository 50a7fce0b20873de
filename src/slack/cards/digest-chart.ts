// Eight windows as a chart: what ended without a person, what passed through hands, and how much was to end without one.
import type { KnownBlock } from '@slack/types'
import type { DigestText } from '../../domain/digest/digest-text.ts'
import { wantedAutomated } from '../../domain/digest/digest-targets.ts'
import { percentText } from '../../domain/digest/digest-words.ts'
import { mrkdwn } from '../text.ts'

type Charted = Pick<DigestText, 'weeks' | 'automationTarget'>
type Weeks = DigestText['weeks']

const TITLE = 'Completed per week'
const MOST_BAR = 24

/** 2026-W47 → W47: Slack's charts take 20 characters, and a reader needs fewer. */
const short = (label: string): string => label.replace(/^\d{4}-/, '')

const isFlat = (weeks: Weeks): boolean => weeks.every(({ automated, handled }) => automated + handled === 0)

/** Slack's own chart: bars, or lines where one of them is a target. Its block is not in Slack's published types yet. */
export function nativeChart({ weeks, automationTarget }: Charted): KnownBlock[] {
  if (isFlat(weeks)) return []
  const wanted = wantedAutomated(weeks, automationTarget)
  const points = (values: number[]) =>
    weeks.map(({ label }, at) => ({ label: short(label), value: values[at] ?? 0 }))
  const block = {
    type: 'data_visualization',
    title: TITLE,
    chart: {
      type: wanted ? 'line' : 'bar',
      series: [
        { name: 'Fully automated', data: points(weeks.map(({ automated }) => automated)) },
        { name: 'By hand', data: points(weeks.map(({ handled }) => handled)) },
        ...(wanted
          ? [{ name: `Target ${percentText(automationTarget ?? null)}`, data: points(wanted) }]
          : []),
      ],
      axis_config: { categories: weeks.map(({ label }) => short(label)), y_label: 'Runs' },
    },
  }
  return [block as unknown as KnownBlock]
}

const marked = (bar: string, target: number | undefined): string =>
  target === undefined ? bar : `${bar.slice(0, target).padEnd(target)}│${bar.slice(target)}`

/** The same as bars of text: █ without a person, ▒ by hand; │ is the target. */
export function classicChart({ weeks, automationTarget }: Charted): KnownBlock[] {
  if (isFlat(weeks)) return []
  const wanted = wantedAutomated(weeks, automationTarget)
  const most = Math.max(...weeks.map(({ automated, handled }) => automated + handled), ...(wanted ?? []))
  const long = (value: number): number => Math.ceil((value / most) * MOST_BAR)
  const line = ({ label, automated, handled }: Weeks[number], at: number): string => {
    const target = wanted?.[at]
    const bar = '█'.repeat(long(automated)) + '▒'.repeat(long(handled))
    return `${short(label).padEnd(6)} ${marked(bar, target === undefined ? undefined : long(target))} ${automated} + ${handled}`
  }
  const legend = `█ fully automated, ▒ by hand${wanted ? `, │ target ${percentText(automationTarget ?? null)}` : ''}`
  return [
    {
      type: 'section',
      text: mrkdwn(`*${TITLE}* (${legend})\n\`\`\`\n${weeks.map(line).join('\n')}\n\`\`\``),
    },
  ]
}
