// A digest in words, before any surface draws it: Slack, HTML and the command line show these same sentences. All of
// it follows from the kept figures and the window, so the same digest reads the same at any later time.
import { type DigestFigures, share, type WindowFigures } from './digest.ts'
import type { DigestList } from './digest-lists.ts'
import { type DigestWindow, windowDays } from './digest-window.ts'
import { countText, durationText, oneOrMany, percentText, perText, trendMark } from './digest-words.ts'
import { sentenceOf } from './reasons.ts'
import { questionNames, questions, type ReviewResult } from './review.ts'

export interface DigestNumber {
  label: string
  value: string
  was: string
  trend: string
  list: DigestList
}

export interface DigestText {
  title: string
  days: string
  /** How the window adds up. */
  sentence: string
  /** How everything since the first event adds up. */
  ledger: string
  addsUp: boolean
  isEmpty: boolean
  numbers: DigestNumber[]
  workflows: { head: string[]; rows: string[][] }
  weeks: DigestFigures['weeks']
  reasons: string[]
  oldest: string[]
  lookAfter: string[]
  reviews: string[]
  corrections: string[]
  /** Corrections to this digest itself, where it is told again. */
  since: string[]
  /** The head of the audit's chain; empty when nothing was audited. */
  auditHead: string
}

const titles = { day: 'Daily digest', week: 'Weekly digest' } as const

function sentence({ period, isSoFar, now }: DigestFigures): string {
  const the = isSoFar ? `this ${period} so far` : `the ${period}`
  if (now.accepted === 0 && now.ended === 0) {
    const left = now.open + now.inFlight
    const rest = left === 0 ? 'nothing was waiting' : `${oneOrMany(left, 'run')} from before stood unchanged`
    return `Nothing happened in ${the}: nothing came in, nothing ended, ${rest}.`
  }
  const carried = now.carriedIn === 0 ? '' : ` and ${countText(now.carriedIn)} were there from before`
  return (
    `${countText(now.accepted)} came in${carried}: ${countText(now.ended)} ended, ` +
    `${countText(now.open)} wait for a person, ${countText(now.inFlight)} are in flight; ` +
    `${countText(now.unaccounted)} unaccounted for.`
  )
}

function ledgerSentence({ ledger }: DigestFigures): string {
  const { accepted, outcomes, open, inFlight, unaccounted } = ledger
  return (
    `Since the first event: ${countText(accepted)} accepted = ${oneOrMany(outcomes, 'outcome')} + ` +
    `${countText(open)} open + ${countText(inFlight)} in flight; ${countText(unaccounted)} unaccounted for.`
  )
}

const both = (p50: number | null, p90: number | null): string =>
  p50 === null ? durationText(null) : `${durationText(p50)}, 90 % within ${durationText(p90)}`

function coordination({ ended, touches, handOffs, messages, people }: WindowFigures): string {
  const per = (value: number) => perText(share(value, ended))
  return ended === 0
    ? perText(null)
    : `${per(touches)} touches, ${per(handOffs)} hand-offs, ${per(messages)} messages, ${per(people)} people`
}

type Reading = [
  label: string,
  list: DigestList,
  text: (of: WindowFigures) => string,
  value: (of: WindowFigures) => number | null,
]
const readings: Reading[] = [
  ['Came in', 'accepted', (of) => countText(of.accepted), (of) => of.accepted],
  [
    'Straight through',
    'straight',
    (of) => percentText(share(of.straight, of.ended)),
    (of) => share(of.straight, of.ended),
  ],
  ['Time to the end', 'ended', (of) => both(of.cycleP50Ms, of.cycleP90Ms), (of) => of.cycleP50Ms],
  [
    'Met an error',
    'erred',
    (of) => percentText(share(of.erred, of.ended)),
    (of) => share(of.erred, of.ended),
  ],
  ['Time to settle', 'settled', (of) => both(of.settleP50Ms, of.settleP90Ms), (of) => of.settleP50Ms],
  [
    'SLA kept',
    'late',
    ({ slaKept, slaDue }) =>
      slaDue === 0 ? percentText(null) : `${percentText(share(slaKept, slaDue))} of ${countText(slaDue)}`,
    (of) => share(of.slaKept, of.slaDue),
  ],
  ['Coordination per outcome', 'touched', coordination, (of) => share(of.touches, of.ended)],
  ['Wait for a person', 'open', (of) => countText(of.open), (of) => of.open],
]

function workflowTable({ workflows }: DigestFigures): DigestText['workflows'] {
  const active = workflows
    .filter(({ now, before }) => now.accepted + now.ended + now.open + now.inFlight + before.accepted > 0)
    .toSorted((a, b) => b.now.accepted - a.now.accepted || (a.title < b.title ? -1 : 1))
  return {
    head: ['Workflow', 'Came in', 'Before', 'Ended', 'Straight', 'Errors', 'Median', 'Waiting'],
    rows: active.map(({ title, now, before }) => [
      title,
      countText(now.accepted),
      countText(before.accepted),
      countText(now.ended),
      percentText(share(now.straight, now.ended)),
      percentText(share(now.erred, now.ended)),
      durationText(now.cycleP50Ms),
      countText(now.open),
    ]),
  }
}

const reasonLine = ({ reason, now, before }: DigestFigures['reasons'][number]): string =>
  `${countText(now)}× ${sentenceOf(reason)} (before: ${countText(before)}) ${trendMark(now, before)}`.trim()

const oldestLine =
  (end: Date) =>
  (one: DigestFigures['oldest'][number]): string => {
    const open = durationText(end.getTime() - Date.parse(one.openedAt))
    return `${one.title}: open for ${open}, owned by ${one.ownerLabel}. ${sentenceOf(one.reason)}`
  }

const names = (list: { title: string }[]): string => list.map(({ title }) => title).join(', ')

function lookAfter({ silent, unowned, unused, period }: DigestFigures): string[] {
  return [
    silent.length > 0 ? `Silent this ${period}: ${names(silent)}` : '',
    unowned.length > 0 ? `Nobody answers for: ${names(unowned)}` : '',
    unused.length > 0 ? `Never had an event: ${names(unused)}` : '',
  ].filter((line) => line !== '')
}

/** A line of what was reviewed, and one for each question: its share of yes, against the review before. */
export function reviewSentence({ title, runs, answers, before }: ReviewResult): string[] {
  const each = questionNames.map((name) => {
    const { yes, no } = answers[name]
    const was = before ? share(before[name].yes, before[name].yes + before[name].no) : null
    const now = share(yes, yes + no)
    const against = was === null ? '' : ` ${trendMark(now, was)} (before: ${percentText(was)})`
    return `${questions[name]} ${now === null ? 'did not apply' : `${percentText(now)} yes${against}`}`
  })
  return [`${title}: ${oneOrMany(runs, 'run')} reviewed.`, ...each]
}

/** What the names of figures are called where one was corrected. */
const figureWords: Record<keyof WindowFigures, string> = {
  carriedIn: 'there from before',
  accepted: 'came in',
  ended: 'ended',
  achieved: 'ended as achieved',
  rejected: 'ended as rejected',
  failed: 'ended as failed',
  ignored: 'ended as ignored',
  straight: 'straight through',
  erred: 'met an error',
  cycleP50Ms: 'median time to the end',
  cycleP90Ms: 'time to the end (90 %)',
  open: 'waiting at the end',
  inFlight: 'in flight at the end',
  unaccounted: 'unaccounted for',
  opened: 'exceptions opened',
  settled: 'exceptions settled',
  settleP50Ms: 'median time to settle',
  settleP90Ms: 'time to settle (90 %)',
  slaDue: 'settled with an SLA',
  slaKept: 'settled within the SLA',
  touches: 'touches',
  handOffs: 'hand-offs',
  messages: 'messages',
  people: 'people',
}

function correctionLine({ what, said, is }: DigestFigures['corrections'][number]): string {
  const text = (value: number | null) =>
    what.endsWith('Ms') ? durationText(value) : value === null ? durationText(null) : countText(value)
  const words = Object.hasOwn(figureWords, what) ? figureWords[what as keyof WindowFigures] : what
  return `${words}: ${text(said)} was said, it is ${text(is)}`
}

/** The digest of `figures` for the window that they were counted in. */
export function digestText(figures: DigestFigures, { start, end }: { start: Date; end: Date }): DigestText {
  const { now, before, period, team, isSoFar, timezone, label } = figures
  const isEmpty = now.accepted === 0 && now.ended === 0 && now.settled === 0
  const window: DigestWindow = { start, end, period, timezone }
  return {
    title: (isSoFar ? `This ${period} so far` : titles[period]) + (team === null ? '' : ` of ${team}`),
    days: `${windowDays(window)} (${label}, ${timezone})`,
    sentence: sentence(figures),
    ledger: ledgerSentence(figures),
    addsUp: now.unaccounted === 0 && figures.ledger.unaccounted === 0,
    isEmpty,
    numbers: readings.map(([name, list, text, value]) => ({
      label: name,
      value: text(now),
      was: text(before),
      trend: trendMark(value(now), value(before)),
      list,
    })),
    workflows: isEmpty ? { head: [], rows: [] } : workflowTable(figures),
    weeks: figures.weeks,
    reasons: figures.reasons.filter((one) => one.now > 0).map(reasonLine),
    oldest: figures.oldest.map(oldestLine(end)),
    lookAfter: lookAfter(figures),
    reviews: figures.reviews.map((review) => reviewSentence(review).join(' ')),
    corrections: figures.corrections.map(correctionLine),
    since: figures.since.map(correctionLine),
    auditHead: figures.auditHead
      ? `Head of the audit: row ${figures.auditHead.id}, ${figures.auditHead.hash}`
      : '',
  }
}
