// The lists of a digest, a line for each: why runs stopped, what is open, what needs follow-up, what was corrected.
import { sentenceOf } from '../exceptions/reasons.ts'
import { type DigestFigures, share, type WindowFigures } from './digest.ts'
import {
  countText,
  durationText,
  earlier,
  oneOrMany,
  percentText,
  trendMark,
  type WindowKind,
} from './digest-words.ts'
import { questionNames, questions, type ReviewResult } from './review.ts'

export const reasonLine =
  (kind: WindowKind) =>
  ({ reason, now, before: was }: DigestFigures['reasons'][number]): string =>
    `${countText(now)}× ${sentenceOf(reason)} (${earlier(kind, countText(was), false)}) ${trendMark(now, was)}`.trim()

export const oldestLine =
  (end: Date) =>
  (one: DigestFigures['oldest'][number]): string => {
    const open = durationText(end.getTime() - Date.parse(one.openedAt))
    return `${one.title}: open for ${open}, owned by ${one.ownerLabel}. ${sentenceOf(one.reason)}`
  }

const names = (list: { title: string }[]): string => list.map(({ title }) => title).join(', ')

export function lookAfter({ silent, unowned, unused, period }: DigestFigures): string[] {
  return [
    silent.length > 0 ? `Silent this ${period}: ${names(silent)}` : '',
    unowned.length > 0 ? `No owner: ${names(unowned)}` : '',
    unused.length > 0 ? `Never received an event: ${names(unused)}` : '',
  ].filter((line) => line !== '')
}

/** A line of what was reviewed, and one for each question: its share of yes, against the review before. */
export function reviewSentence({ title, runs, answers, before }: ReviewResult): string[] {
  const each = questionNames.map((name) => {
    const { yes, no } = answers[name]
    const was = before ? share(before[name].yes, before[name].yes + before[name].no) : null
    const now = share(yes, yes + no)
    const against = was === null ? '' : ` ${trendMark(now, was)} (last review: ${percentText(was)})`
    return `${questions[name]} ${now === null ? 'did not apply' : `${percentText(now)} yes${against}`}`
  })
  return [`${title}: ${oneOrMany(runs, 'run')} reviewed.`, ...each]
}

/** What the names of figures are called where one was corrected. */
const figureWords: Record<keyof WindowFigures, string> = {
  carriedIn: 'carried over',
  accepted: 'received',
  ended: 'completed',
  achieved: 'completed as achieved',
  declined: 'completed as declined',
  dismissed: 'completed as dismissed',
  failed: 'completed as failed',
  ignored: 'completed as ignored',
  automated: 'fully automated',
  erred: 'with an error',
  cycleP50Ms: 'median completion time',
  cycleP90Ms: 'completion time (p90)',
  open: 'open at the end',
  inFlight: 'running at the end',
  unaccounted: 'unaccounted for',
  opened: 'exceptions opened',
  reopened: 'exceptions reopened',
  resolved: 'exceptions resolved',
  resolveP50Ms: 'median resolution time',
  resolveP90Ms: 'resolution time (p90)',
  slaDue: 'resolved with an SLA',
  slaMet: 'resolved within the SLA',
  manualSteps: 'manual steps',
  handOffs: 'handoffs',
  messages: 'messages',
  people: 'people',
}

export function correctionLine({ what, said, is }: DigestFigures['corrections'][number]): string {
  const text = (value: number | null) =>
    what.endsWith('Ms') ? durationText(value) : value === null ? durationText(null) : countText(value)
  const words = Object.hasOwn(figureWords, what) ? figureWords[what as keyof WindowFigures] : what
  return `${words}: ${text(said)} corrected to ${text(is)}`
}
