// How a digest writes numbers: the same words on every surface.

const NOTHING = '–'

export const countText = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 1 })

/** One number after the point where it says something: "0.4 s", "12 min", "3.1 h", "2.5 d". */
export function durationText(ms: number | null): string {
  if (ms === null) return NOTHING
  const units: [text: string, ms: number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ]
  // Rounded before the unit is chosen: 59.99 min is 1 h, not 60 min. Days only from two on.
  for (const [text, unit] of units) {
    const value = Math.round((ms / unit) * 10) / 10
    if (value >= (text === 'd' ? 2 : 1)) return `${value >= 10 ? Math.round(value) : value} ${text}`
  }
  return `${Math.round(ms)} ms`
}

/** A share from 0 to 1. Only all is 100%, and only none is 0%. */
export function percentText(value: number | null): string {
  if (value === null) return NOTHING
  const percent = value * 100
  if (value > 0 && percent < 0.1) return '< 0.1%'
  if (value < 1 && percent > 99.9) return '> 99.9%'
  return `${Math.round(percent * 10) / 10}%`
}

export const oneOrMany = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`

/** ▲ or ▼ against the window before; nothing where it is the same, or nothing to hold it against. */
export const trendMark = (now: number | null, before: number | null): string =>
  now === null || before === null ? '' : now > before ? '▲' : now < before ? '▼' : ''

/** What the window before is called, as the head of a column. */
export const LAST_WINDOW = { day: 'The day before', week: 'Last week' } as const

/** A figure of the window before: "last week: 12"; or that there is none. */
export function earlier(period: keyof typeof LAST_WINDOW, text: string, isNothing: boolean): string {
  const name = LAST_WINDOW[period].toLowerCase()
  return isNothing ? `no data ${name}` : `${name}: ${text}`
}
