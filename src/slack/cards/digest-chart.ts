// Eight windows as a chart: what ended without a person, and what passed through hands.
import type { KnownBlock } from '@slack/types'
import type { DigestFigures } from '../../domain/digest/digest.ts'
import { mrkdwn } from '../text.ts'

type Weeks = DigestFigures['weeks']

const TITLE = 'Completed per week'
const MOST_BAR = 24

/** 2026-W47 → W47: Slack's charts take 20 characters, and a reader needs fewer. */
const short = (label: string): string => label.replace(/^\d{4}-/, '')

const isFlat = (weeks: Weeks): boolean => weeks.every(({ automated, handled }) => automated + handled === 0)

/** Slack's own chart. Its block is not in Slack's published types yet. */
export function nativeChart(weeks: Weeks): KnownBlock[] {
  if (isFlat(weeks)) return []
  const points = (value: (week: Weeks[number]) => number) =>
    weeks.map((week) => ({ label: short(week.label), value: value(week) }))
  const block = {
    type: 'data_visualization',
    title: TITLE,
    chart: {
      type: 'bar',
      series: [
        { name: 'Fully automated', data: points(({ automated }) => automated) },
        { name: 'By hand', data: points(({ handled }) => handled) },
      ],
      axis_config: { categories: weeks.map(({ label }) => short(label)), y_label: 'Runs' },
    },
  }
  return [block as unknown as KnownBlock]
}

/** The same as bars of text: █ without a person, ▒ by hand. */
export function classicChart(weeks: Weeks): KnownBlock[] {
  if (isFlat(weeks)) return []
  const most = Math.max(...weeks.map(({ automated, handled }) => automated + handled))
  const bar = (value: number, mark: string) => mark.repeat(Math.ceil((value / most) * MOST_BAR))
  const line = ({ label, automated, handled }: Weeks[number]) =>
    `${short(label).padEnd(6)} ${bar(automated, '█')}${bar(handled, '▒')} ${automated} + ${handled}`
  return [
    {
      type: 'section',
      text: mrkdwn(
        `*${TITLE}* (█ fully automated, ▒ by hand)\n\`\`\`\n${weeks.map(line).join('\n')}\n\`\`\``,
      ),
    },
  ]
}
