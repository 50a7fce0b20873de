// A digest in words, before any surface draws it: Slack, HTML and the command line show these same sentences. All of
// it follows from the kept figures and the window, so the same digest reads the same at any later time.
import { needAttention } from '../text/counted.ts'
import { type DigestFigures, share, type WindowFigures } from './digest.ts'
import type { DigestList } from './digest-lists.ts'
import { digestMeaning } from './digest-meaning.ts'
import { type DigestWindow, windowDays } from './digest-window.ts'
import {
  countText,
  durationText,
  earlier,
  lastWindow,
  oneOrMany,
  percentText,
  trendMark,
} from './digest-words.ts'
import { correctionLine, lookAfter, oldestLine, reasonLine, reviewSentence } from './digest-lines.ts'
import { loadLines, loadTable } from './digest-load.ts'
import { againstTarget, atTarget, type TargetName, type TargetText } from './digest-targets.ts'
import { changeSentence } from './digest-change.ts'
import { moneyLines } from './digest-money.ts'
import { ignoredText } from '../ignored-words.ts'

export interface DigestNumber {
  label: string
  value: string
  was: string
  trend: string
  target: TargetText | undefined
  list: DigestList
  /** What it counts, in a sentence or two. */
  meaning: string
}

export interface DigestText {
  title: string
  days: string
  /** How the window adds up. */
  sentence: string
  /** What changed and why; empty where nothing changed much. */
  change: string
  /** How everything since the first event adds up. */
  ledger: string
  /** What sources sent and no workflow wanted; empty: nothing was. Types are as senders write them. */
  ignored: string
  addsUp: boolean
  isEmpty: boolean
  numbers: DigestNumber[]
  workflows: { head: string[]; rows: string[][] }
  weeks: DigestFigures['weeks']
  /** The share of each week's runs that should be fully automated; undefined: none is wanted. */
  automationTarget: number | undefined
  /** What is at stake and what moved, a line for each currency. */
  money: string[]
  /** Who had how much: all of it as a table, and the first few as lines. */
  load: { head: string[]; rows: string[][]; lines: string[] }
  reasons: string[]
  oldest: string[]
  lookAfter: string[]
  reviews: string[]
  corrections: string[]
  /** Corrections to this digest itself, where it is told again. */
  since: string[]
  /** The head of the audit's chain, for the foot of a file; empty when nothing was audited. */
  auditHead: string
}

const titles = { day: 'Daily digest', week: 'Weekly digest' } as const
const soFar = { day: 'Today so far', week: 'This week so far' } as const

function sentence({ period, isSoFar, now }: DigestFigures): string {
  if (now.accepted === 0 && now.ended === 0) {
    const left = now.open + now.inFlight
    const rest = left === 0 ? '' : ` ${oneOrMany(left, 'run')} carried over.`
    return `No activity ${isSoFar ? soFar[period].toLowerCase() : `in the ${period}`}: nothing received, nothing completed.${rest}`
  }
  const carried = now.carriedIn === 0 ? '' : `, ${countText(now.carriedIn)} carried over`
  // What is none is left out; what is not accounted for never is.
  const parts = [
    `${countText(now.ended)} completed`,
    `${countText(now.open)} ${needAttention(now.open)}`,
    now.inFlight === 0 ? '' : `${countText(now.inFlight)} running`,
    now.unaccounted === 0 ? '' : `${countText(now.unaccounted)} unaccounted for`,
  ]
  return `${countText(now.accepted)} received${carried}: ${parts.filter((part) => part !== '').join(', ')}.`
}

function ledgerSentence({ ledger }: DigestFigures): string {
  const { accepted, outcomes, open, inFlight, unaccounted } = ledger
  return `All time: ${countText(accepted)} received = ${countText(outcomes)} completed + ${countText(open)} ${needAttention(open)} + ${countText(inFlight)} running; ${countText(unaccounted)} unaccounted for.`
}

const both = (p50: number | null, p90: number | null): string =>
  p50 === null ? durationText(null) : `${durationText(p50)} median, ${durationText(p90)} p90`

/** How often a run that completed had needed a person. */
function coordination({ ended, automated }: WindowFigures): string {
  const byHand = ended - automated
  if (ended === 0) return percentText(null)
  if (byHand === 0) return 'No run needed a person'
  return byHand * 2 <= ended
    ? `1 in ${countText(Math.round(ended / byHand))} runs needed a person`
    : `${countText(byHand)} of ${oneOrMany(ended, 'run')} needed a person`
}

type Reading = [
  label: string,
  list: DigestList,
  text: (of: WindowFigures) => string,
  value: (of: WindowFigures) => number | null,
  target?: TargetName,
]
/** All runs that there were to complete: received, or carried over. */
const allRuns = ({ accepted, carriedIn }: WindowFigures): number => accepted + carriedIn

const shareText = (part: number, whole: number): string =>
  whole === 0 ? percentText(null) : `${percentText(share(part, whole))} of ${countText(whole)}`

const readings: Reading[] = [
  ['Received', 'accepted', (of) => countText(of.accepted), (of) => of.accepted],
  [
    'Fully automated',
    'automated',
    (of) => shareText(of.automated, allRuns(of)),
    (of) => share(of.automated, allRuns(of)),
    'automation_rate',
  ],
  ['Completion time', 'ended', (of) => both(of.cycleP50Ms, of.cycleP90Ms), (of) => of.cycleP50Ms],
  [
    'Error rate',
    'erred',
    (of) => shareText(of.erred, allRuns(of)),
    (of) => share(of.erred, allRuns(of)),
    'error_rate',
  ],
  [
    'Resolution time',
    'resolved',
    (of) => both(of.resolveP50Ms, of.resolveP90Ms),
    (of) => of.resolveP50Ms,
    'resolution_time',
  ],
  ['SLA met', 'late', (of) => shareText(of.slaMet, of.slaDue), (of) => share(of.slaMet, of.slaDue), 'sla'],
  ['Reopened', 'reopened', (of) => countText(of.reopened), (of) => of.reopened],
  ['Coordination', 'manual', coordination, (of) => share(of.ended - of.automated, of.ended)],
  ['Needs attention', 'open', (of) => countText(of.open), (of) => of.open],
]

function workflowTable(figures: DigestFigures): DigestText['workflows'] {
  const active = figures.workflows
    .filter(({ now, before }) => now.accepted + now.ended + now.open + now.inFlight + before.accepted > 0)
    .toSorted((a, b) => b.now.accepted - a.now.accepted || (a.title < b.title ? -1 : 1))
  return {
    head: ['Workflow', 'Received', lastWindow(figures), 'Completed', 'Automated', 'Errors', 'Median', 'Open'],
    rows: active.map(({ title, now, before }) => [
      title,
      countText(now.accepted),
      countText(before.accepted),
      countText(now.ended),
      percentText(share(now.automated, allRuns(now))),
      percentText(share(now.erred, allRuns(now))),
      durationText(now.cycleP50Ms),
      countText(now.open),
    ]),
  }
}

/** The digest of `figures` for the window that they were counted in. */
export function digestText(figures: DigestFigures, { start, end }: { start: Date; end: Date }): DigestText {
  const { period, team, isSoFar, timezone, label, targets } = figures
  const [now, was] = [atTarget(figures.now, targets), atTarget(figures.before, targets)]
  const isEmpty = now.accepted === 0 && now.ended === 0 && now.resolved === 0
  const window: DigestWindow = { start, end, period, timezone }
  return {
    title: (isSoFar ? soFar : titles)[period] + (team === null ? '' : ` of ${team}`),
    days: `${windowDays(window)} (${label}, ${timezone})`,
    sentence: sentence(figures),
    change: changeSentence(figures.change, { now, before: was }),
    ledger: ledgerSentence(figures),
    ignored: ignoredText(figures.ignored),
    addsUp: now.unaccounted === 0 && figures.ledger.unaccounted === 0,
    isEmpty,
    numbers: readings.map(([name, list, text, value, target]) => ({
      label: name,
      value: text(now),
      was: earlier(figures, text(was), value(was) === null),
      trend: trendMark(value(now), value(was)),
      target: target && againstTarget(target, value(now), targets),
      list,
      meaning: digestMeaning[list],
    })),
    workflows: isEmpty ? { head: [], rows: [] } : workflowTable(figures),
    weeks: figures.weeks,
    automationTarget: targets.automation_rate,
    money: moneyLines(figures),
    load: { ...loadTable(figures.load), lines: loadLines(figures.load) },
    reasons: figures.reasons.filter((one) => one.now > 0).map(reasonLine(figures)),
    oldest: figures.oldest.map(oldestLine(end)),
    lookAfter: lookAfter(figures),
    reviews: figures.reviews.map((review) => reviewSentence(review).join(' ')),
    corrections: figures.corrections.map(correctionLine),
    since: figures.since.map(correctionLine),
    auditHead: figures.auditHead
      ? `For auditors: audit row ${figures.auditHead.id}, ${figures.auditHead.hash}`
      : '',
  }
}
