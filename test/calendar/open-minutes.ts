// Opening hours of a calendar that walks: a minute is open when the clock of the zone shows one that is.
import { clockOf } from './walk.ts'

const MINUTE = 60_000

export interface Hours {
  /** 0 is Sunday. */
  weekdays: number[]
  fromHour: number
  toHour: number
}

/** When each open minute ends, in order, of minutes that were walked from `from` on. */
export function openMinutes(
  { weekdays, fromHour, toHour }: Hours,
  walked: Int32Array,
  from: number,
): number[] {
  const ends: number[] = []
  for (const [at, wall] of walked.entries()) {
    const { weekday, hour } = clockOf(wall)
    if (weekdays.includes(weekday) && hour >= fromHour && hour < toHour) ends.push(from + (at + 1) * MINUTE)
  }
  return ends
}

/** When so many open minutes after `start` have passed. */
export function dueByWalk(ends: number[], start: number, minutes: number): number | undefined {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) > start) high = middle
    else low = middle + 1
  }
  return ends[low + minutes - 1]
}
