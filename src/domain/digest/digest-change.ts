// The one sentence on what changed and why: arithmetic over a digest's own figures and the cases behind them. Where nothing changed
// much, or no one cause explains most of it, it says less or nothing.
import { z } from 'zod'
import { reasons } from '../exceptions/reasons.ts'
import { countText, durationText, percentText } from './digest-words.ts'
import type { WindowFigures } from './digest.ts'

/** How each of them is counted: `slow` cases took longer than twice the median of the window before. */
export const changes = ['resolution_time', 'error_rate', 'automation_rate', 'sla'] as const
export type ChangeName = (typeof changes)[number]

/**
 * Cases of one kind, in the window and in the one before. `failed`: runs that their route completed as failed, with no machine
 * fault before. `lookup`: which lookup failed, as the file calls it.
 */
const causeSchema = z.object({
  reason: z.enum([...reasons, 'failed']),
  title: z.string(),
  lookup: z.string().nullable(),
  now: z.number(),
  before: z.number(),
})
export type Cause = z.output<typeof causeSchema>

export const changeSchema = z.object({
  name: z.enum(changes),
  /** The cause that explains most of it, among so many cases in all; null: none does. */
  cause: causeSchema.extend({ allNow: z.number(), allBefore: z.number() }).nullable(),
})
export type Change = z.output<typeof changeSchema>

/** A figure counts as changed from half as much again on, or down to two thirds, of at least so many cases. */
const NOTABLE = 1.5
const FEWEST = 5
/** A cause explains a change if it is at least this share of it. */
const MOST_OF_IT = 0.5

interface Reading {
  /** What is wrong of it, as a number that grows when things get worse: a time, or a share. */
  bad: (of: WindowFigures) => number | null
  /** How many cases stand behind that, and of how many it is a figure. */
  cases: (of: WindowFigures) => number
  whole: (of: WindowFigures) => number
  /** As people read it. */
  text: (of: WindowFigures) => string
}

const ofRuns = ({ accepted, carriedIn }: WindowFigures): number => accepted + carriedIn
const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const readings: Record<ChangeName, Reading> = {
  resolution_time: {
    bad: (of) => of.resolveP50Ms,
    cases: (of) => of.resolved,
    whole: (of) => of.resolved,
    text: (of) => durationText(of.resolveP50Ms),
  },
  error_rate: {
    bad: (of) => rate(of.erred, ofRuns(of)),
    cases: (of) => of.erred,
    whole: ofRuns,
    text: (of) => percentText(rate(of.erred, ofRuns(of))),
  },
  automation_rate: {
    bad: (of) => rate(ofRuns(of) - of.automated, ofRuns(of)),
    cases: (of) => ofRuns(of) - of.automated,
    whole: ofRuns,
    text: (of) => percentText(rate(of.automated, ofRuns(of))),
  },
  sla: {
    bad: (of) => rate(of.slaDue - of.slaMet, of.slaDue),
    cases: (of) => of.slaDue - of.slaMet,
    whole: (of) => of.slaDue,
    text: (of) => percentText(rate(of.slaMet, of.slaDue)),
  },
}

interface Windows {
  now: WindowFigures
  before: WindowFigures
}

/** How many times as bad it is; undefined: too little to say, or nothing to hold it against. */
function worsening(name: ChangeName, { now, before }: Windows): number | undefined {
  const { bad, cases, whole } = readings[name]
  const [is, was] = [bad(now), bad(before)]
  if (is === null || was === null) return undefined
  if (Math.min(whole(now), whole(before)) < FEWEST || Math.max(cases(now), cases(before)) < FEWEST)
    return undefined
  const ratio = was === 0 ? (is === 0 ? 1 : Number.POSITIVE_INFINITY) : is / was
  return ratio >= NOTABLE || ratio <= 1 / NOTABLE ? ratio : undefined
}

/** What changed most for the worse; where nothing did, most for the better. */
export function changed(windows: Windows): { name: ChangeName; isWorse: boolean } | undefined {
  const found = changes.flatMap((name) => {
    const ratio = worsening(name, windows)
    return ratio === undefined ? [] : [{ name, ratio }]
  })
  const [worst] = found.toSorted((a, b) => b.ratio - a.ratio)
  const [best] = found.toSorted((a, b) => a.ratio - b.ratio)
  if (worst && worst.ratio > 1) return { name: worst.name, isWorse: true }
  return best && { name: best.name, isWorse: false }
}

/** The one cause that makes up most of what there is now and grew, or most of what there is less of. */
export function mainCause(causes: readonly Cause[], isWorse: boolean): Change['cause'] {
  const allNow = causes.reduce((sum, { now }) => sum + now, 0)
  const allBefore = causes.reduce((sum, { before }) => sum + before, 0)
  const size = (cause: Cause): number => (isWorse ? cause.now : cause.before - cause.now)
  const [main] = causes.toSorted((a, b) => size(b) - size(a))
  const all = isWorse ? allNow : allBefore - allNow
  if (!main || all < FEWEST || size(main) < all * MOST_OF_IT) return null
  const hasMoved = isWorse ? main.now >= main.before * NOTABLE : main.now <= main.before / NOTABLE
  return hasMoved ? { ...main, allNow, allBefore } : null
}

const plural: Record<Cause['reason'], string> = {
  failed: 'runs that completed as failed',
  missing_field: 'missing values',
  invalid_field: 'invalid values',
  shape_changed: 'changed payload formats',
  stale_data: 'lookups with outdated data',
  lookup_failed: 'failed lookups',
  no_rule_matched: 'cases that no rule matched',
  rules_conflict: 'cases on which rules disagree',
  no_eligible_owner: 'cases without an eligible owner',
  approval_required: 'approvals',
  needs_judgement: 'manual decisions',
  duplicate_suspected: 'possible duplicates',
  action_failed: 'failed actions',
  action_refused: 'actions that the target rejected',
  action_invalid: 'actions that could not be built',
  timed_out: 'runs that timed out',
  source_silent: 'silent sources',
  internal_error: 'internal errors',
}

const causeName = ({ reason, title, lookup }: Cause): string =>
  `${plural[reason]}${lookup ? ` of ${lookup}` : ''} in ${title}`

const labels: Record<ChangeName, string> = {
  resolution_time: 'Resolution time',
  error_rate: 'Error rate',
  automation_rate: 'Fully automated',
  sla: 'SLA met',
}

/** Past what a case counts as slow. */
export const slowFrom = ({ before }: Pick<Windows, 'before'>): number | null =>
  before.resolveP50Ms === null ? null : 2 * before.resolveP50Ms

function casesText(name: ChangeName, windows: Windows): string {
  if (name === 'resolution_time') return `cases over ${durationText(slowFrom(windows))}`
  if (name === 'error_rate') return 'errors'
  return name === 'sla' ? 'cases past their SLA' : 'new cases'
}

/** "doubled, from 2 h to 4.1 h", "fell from 94% to 81%" */
function moveText(name: ChangeName, { now, before }: Windows): string {
  const { text, bad } = readings[name]
  const ratio = (bad(now) ?? 0) / (bad(before) ?? 0)
  const between = `from ${text(before)} to ${text(now)}`
  if (name === 'resolution_time' || name === 'error_rate') {
    if (Math.abs(ratio - 2) <= 0.1) return `doubled, ${between}`
    if (Math.abs(ratio - 0.5) <= 0.025) return `halved, ${between}`
    return `${ratio > 1 ? 'rose' : 'fell'} ${between}`
  }
  return `${ratio > 1 ? 'fell' : 'rose'} ${between}`
}

/** '' where nothing changed much. */
export function changeSentence(change: Change | null, windows: Windows): string {
  if (!change) return ''
  const { name, cause } = change
  const move = `${labels[name]} ${moveText(name, windows)}`
  if (!cause) return `${move}.`
  const { now, before, allNow, allBefore } = cause
  return allNow >= allBefore
    ? `${move}: ${now === allNow ? 'all' : `${countText(now)} of`} ${countText(allNow)} ${casesText(name, windows)} were ${causeName(cause)}.`
    : `${move}: ${causeName(cause)} went from ${countText(before)} to ${countText(now)}.`
}
