// Which instants a local time of a zone is: one; none, where the clock is set forward over it; two, where it is set
// back. Luxon is asked for offsets of instants only: for a time that comes twice its answer depends on today's date.
import { IANAZone } from 'luxon'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Times are written as the UTC instant that shows the same clock; so is a day, by its midnight. */
export interface Instants {
  /** The only one, the first of two, or that of a missing time: as if the clock had not been set forward yet. */
  first: number
  /** When the clock shows the same time again. */
  second?: number
}

const zones = new Map<string, IANAZone>()
const offsetMs = (timezone: string, at: number): number => {
  const zone = zones.get(timezone) ?? IANAZone.create(timezone)
  zones.set(timezone, zone)
  return zone.offset(at) * MINUTE_MS
}

/** What the clock of the zone shows. */
export const localOf = (at: number, timezone: string): number => at + offsetMs(timezone, at)

/** The date that the zone has then. */
export const dayOf = (at: number, timezone: string): number =>
  Math.floor(localOf(at, timezone) / DAY_MS) * DAY_MS

/** The first minute at which the clock is set otherwise than at `from`, where it is by `to`. */
function changeBetween(from: number, to: number, timezone: string): number {
  const before = offsetMs(timezone, from)
  let [low, high] = [from, to]
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS
    if (offsetMs(timezone, middle) === before) low = middle
    else high = middle
  }
  return high
}

/** Answers for the times of one day. No zone changes its clock twice within three days. */
export function instantsOn(day: number, timezone: string): (local: number) => Instants {
  // However far from UTC, and with a missing day before or after it.
  const [from, to] = [day - 26 * HOUR_MS, day + 50 * HOUR_MS]
  const [before, after] = [offsetMs(timezone, from), offsetMs(timezone, to)]
  if (before === after) return (local) => ({ first: local - before })
  const change = changeBetween(from, to, timezone)
  return (local) => {
    const [early, late] = [local - before, local - after]
    if (early >= change) return late >= change ? { first: late } : { first: early }
    return late >= change ? { first: early, second: late } : { first: early }
  }
}
