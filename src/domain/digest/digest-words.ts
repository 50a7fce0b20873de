// How a digest writes numbers: the same words on every surface.

const NOTHING = '–'

export const countText = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 1 })

const units: readonly [name: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
]

interface ShownTime {
  value: number
  unit: string
  unitMs: number
}

function timeShown(ms: number): ShownTime {
  // Rounded before the unit is chosen: 59.99 min is 1 h, not 60 min. Days only from two on.
  for (const [unit, unitMs] of units) {
    const value = Math.round((ms / unitMs) * 10) / 10
    if (value >= (unit === 'd' ? 2 : 1))
      return { value: value >= 10 ? Math.round(value) : value, unit, unitMs }
  }
  return { value: Math.round(ms), unit: 'ms', unitMs: 1 }
}

/** One number after the point where it says something: "0.4 s", "12 min", "3.1 h", "2.5 d". */
export function durationText(ms: number | null): string {
  if (ms === null) return NOTHING
  const { value, unit } = timeShown(ms)
  return `${value} ${unit}`
}

/** The time that the text of this one says, in ms. */
export function msAsShown(ms: number): number {
  const { value, unitMs } = timeShown(ms)
  return value * unitMs
}

const isAlmostNone = (share: number): boolean => share > 0 && share < 0.001
const isAlmostAll = (share: number): boolean => share > 0.999 && share < 1

/** The percentage that the text of a share says. What is almost none or almost all stays as it is. */
export const percentAsShown = (share: number): number =>
  isAlmostNone(share) || isAlmostAll(share) ? share * 100 : Math.round(share * 1000) / 10

/** A share from 0 to 1. Only all is 100%, and only none is 0%. */
export function percentText(share: number | null): string {
  if (share === null) return NOTHING
  if (isAlmostNone(share)) return '< 0.1%'
  return isAlmostAll(share) ? '> 99.9%' : `${percentAsShown(share)}%`
}

export const oneOrMany = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`

/** ▲ or ▼ against the window before; nothing where it is the same, or nothing to hold it against. */
export const trendMark = (now: number | null, before: number | null): string =>
  now === null || before === null ? '' : now > before ? '▲' : now < before ? '▼' : ''

/** What a digest is about, for the words that depend on it. */
export interface WindowKind {
  period: 'day' | 'week'
  /** The window has not ended, and is held against the same stretch of the one before. */
  isSoFar: boolean
}

/** What the window before is called, as the head of a column. */
export const lastWindow = ({ period, isSoFar }: WindowKind): string =>
  isSoFar
    ? { day: 'Yesterday by now', week: 'Last week by now' }[period]
    : { day: 'The day before', week: 'Last week' }[period]

/** A figure of the window before: "last week: 12"; or that there is none. */
export function earlier(kind: WindowKind, text: string, isNothing: boolean): string {
  const name = lastWindow(kind).toLowerCase()
  return isNothing ? `no data ${name}` : `${name}: ${text}`
}
