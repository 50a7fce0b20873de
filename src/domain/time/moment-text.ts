// Moments and spans of time as people read them: "Tue, Dec 1, 9:00 AM CET", "2 h 5 min".

// Each names the zones of its own countries only; elsewhere it says GMT+1 (ICU, CLDR's commonlyUsed).
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA', 'en-SG']

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(locale: string, timeZone: string): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone}`
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat(locale, {
      timeZone,
      weekday: 'short',
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    })
  formats.set(key, format)
  return format
}

type Part = Intl.DateTimeFormatPartTypes

const partsOf = (at: Date, locale: string, zone: string): Map<Part, string> =>
  new Map(
    formatOf(locale, zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )

/** "CET" and "PST" where the zone's own countries say so, else "GMT+9". */
function zoneName(at: Date, zone: string): string {
  const names = LOCALES.map((locale) => partsOf(at, locale, zone).get('timeZoneName') ?? '')
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0] ?? ''
}

export interface MomentOptions {
  /** IANA, as Intl takes it. */
  zone: string
  /** The year is left out in the year of this. */
  now: Date
  /** Down to the second, for what is compared with a log. */
  isExact?: boolean
}

/** Spaces are plain ones, so that a script can take it apart. */
export function momentText(at: Date, { zone, now, isExact = false }: MomentOptions): string {
  const parts = partsOf(at, 'en-US', zone)
  const part = (type: Part) => parts.get(type) ?? ''
  const year = part('year')
  const isThisYear = partsOf(now, 'en-US', zone).get('year') === year
  const time = `${part('hour')}:${part('minute')}${isExact ? `:${part('second')}` : ''} ${part('dayPeriod')}`
  const date = `${part('weekday')}, ${part('month')} ${part('day')}${isThisYear ? '' : `, ${year}`}`
  return `${date}, ${time} ${zoneName(at, zone)}`
}

const UNITS: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
]

/** 7500000 → "2 h 5 min": the two largest units. */
export function spanText(ms: number): string {
  const parts: string[] = []
  let rest = ms
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0) parts.push(`${n} ${unit}`)
  }
  return parts.slice(0, 2).join(' ') || `${Math.round(ms)} ms`
}
