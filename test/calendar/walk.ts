// A calendar that knows nothing: it walks every minute, asks Intl what the clock of the zone shows, and writes down when
// a line is due. Nothing of src/ is used here.
import type { Clock, DrawnLine } from './lines.ts'

const MINUTE = 60_000
const DAY = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(timezone, format)
  return format
}

/** What the clock shows, in minutes since 1970-01-01 00:00 of that clock. */
export function shown(at: number, timezone: string): number {
  const digits = formatOf(timezone).format(at).match(/\d+/g) ?? []
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = digits.map(Number)
  return Date.UTC(year, month - 1, day, hour, minute) / MINUTE
}

export function clockOf(minutes: number): Clock {
  const date = new Date(minutes * MINUTE)
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    date: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
    daysLeft: daysInMonth - date.getUTCDate(),
  }
}

const aheadOf = (at: number, timezone: string) => shown(at, timezone) - Math.floor(at / MINUTE)

/** The first minutes at which the clock is set otherwise, found by looking at each noon and then closer. */
export function changesIn(timezone: string, { from, to }: { from: number; to: number }): number[] {
  const changes: number[] = []
  let before = aheadOf(from, timezone)
  for (let day = from; day < to; day += DAY) {
    const after = aheadOf(day + DAY, timezone)
    if (after === before) continue
    let [low, high] = [day, day + DAY]
    while (high - low > MINUTE) {
      const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE
      if (aheadOf(middle, timezone) === before) low = middle
      else high = middle
    }
    changes.push(high)
    before = after
  }
  return changes
}

/** What the clock shows in each minute from `from` on. */
export function walk(timezone: string, { from, to }: { from: number; to: number }): Int32Array {
  const minutes = new Int32Array((to - from) / MINUTE + 1)
  for (let at = 0; at < minutes.length; at += 1) minutes[at] = shown(from + at * MINUTE, timezone)
  return minutes
}

/**
 * When the line is due after `from`, in order. A time that was never shown counts as many minutes after the last one
 * before it as it is later; one that was shown before counts again only for lines of every hour.
 */
export function duesByWalk(line: DrawnLine, minutes: Int32Array, from: number): number[] {
  const dues = new Set<number>()
  const seen = new Set<number>()
  let highest = minutes[0] ?? 0
  const see = (wall: number, at: number) => {
    const isAgain = seen.has(wall)
    seen.add(wall)
    if ((isAgain && !line.isEveryHour) || !line.matches(clockOf(wall))) return
    dues.add(from + at * MINUTE)
  }
  seen.add(highest)
  for (let at = 1; at < minutes.length; at += 1) {
    const wall = minutes[at] ?? 0
    // Leapt over: as if the clock had gone on.
    for (let missing = highest + 1; missing < wall; missing += 1) see(missing, at - 1 + missing - highest)
    see(wall, at)
    highest = Math.max(highest, wall)
  }
  return [...dues].filter((due) => due <= from + (minutes.length - 1) * MINUTE).toSorted((a, b) => a - b)
}
