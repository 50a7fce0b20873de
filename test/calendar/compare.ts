// Our due times against those of the calendar that walks, around every change of a zone's clock.
import { type CronLine, readCron } from '../../src/domain/time/cron-line.ts'
import { lastDue, nextDue } from '../../src/domain/time/due-times.ts'
import type { Random } from '../random.ts'
import { type DrawnLine, drawLine } from './lines.ts'
import { changesIn, clockOf, duesByWalk, shown, walk } from './walk.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** So many minutes before and after a change are walked. */
const AROUND = 2 * DAY
const MOST_STEPS = 40
export const YEARS = { from: Date.UTC(2020, 0, 1, 12), to: Date.UTC(2041, 0, 1, 12) }

export const zonesWithChange = (): string[] =>
  Intl.supportedValuesOf('timeZone').filter((timezone) => changesIn(timezone, YEARS).length > 0)

export function lineOf(text: string): CronLine {
  const line = readCron(text)
  if ('message' in line) throw new Error(`${line.message}: ${line.hint}`)
  return line
}

const iso = (at: number | undefined) => (at === undefined ? 'nothing' : new Date(at).toISOString())

interface Window {
  timezone: string
  from: number
  to: number
}

/** The next due time after some moments, and the last one before them. */
function differencesOf(drawn: DrawnLine, { timezone, from, to }: Window, dues: number[], random: Random) {
  const line = lineOf(drawn.text)
  const found: string[] = []
  const differ = (
    what: string,
    at: number,
    { is, by }: { is: number | undefined; by: number | undefined },
  ) => {
    if (is !== by)
      found.push(`${drawn.text} in ${timezone}: ${what} ${iso(at)} is ${iso(is)}, by the walk ${iso(by)}`)
  }
  const moments =
    dues.length <= MOST_STEPS
      ? [from, ...dues.flatMap((due) => [due - 1, due])]
      : Array.from({ length: MOST_STEPS }, () => from + Math.floor(random() * (to - from)))
  for (const at of moments) {
    if (at < from) continue
    const by = dues.find((due) => due > at)
    const is = nextDue(line, timezone, new Date(at))?.getTime()
    differ('next after', at, { is: by === undefined && is !== undefined && is > to ? undefined : is, by })
    const last = lastDue(line, timezone, { after: new Date(from), now: new Date(at) })?.getTime()
    differ('last at', at, { is: last, by: dues.findLast((due) => due <= at) })
  }
  return found
}

/** Compares `lines` drawn lines at one change; resolves with every difference in words. */
export function compareAt(
  timezone: string,
  change: number,
  { lines, random }: { lines: number; random: Random },
): string[] {
  const window = { timezone, from: change - AROUND, to: change + AROUND }
  const minutes = walk(timezone, window)
  const hours = [shown(change - MINUTE, timezone), shown(change, timezone)].map((at) => clockOf(at).hour)
  const [before = 0, after = 0] = hours
  const found: string[] = []
  for (let count = 0; count < lines; count += 1) {
    // The hour that is left out or comes again lies between the two.
    const near = count % 2 === 0 ? (before + 1) % 24 : (after + 23) % 24
    const drawn = drawLine(random, near)
    found.push(...differencesOf(drawn, window, duesByWalk(drawn, minutes, window.from), random))
  }
  return found
}

/** Lines that come once a month or a week: no month and no week is lost or comes twice in all the years. */
export function lostIn(timezone: string, years: { from: number; to: number }): string[] {
  const found: string[] = []
  for (const time of ['0 0', '30 0', '30 2', '0 3', '59 23'])
    for (const [days, isNext] of [
      ['1 * *', (a: number, b: number) => monthOf(b) - monthOf(a) === 1],
      ['L * *', (a: number, b: number) => monthOf(b) - monthOf(a) === 1],
      ['* * 0', (a: number, b: number) => dayOf(b) - dayOf(a) === 7],
      ['* * 1', (a: number, b: number) => dayOf(b) - dayOf(a) === 7],
    ] as const) {
      const line = lineOf(`${time} ${days}`)
      let last: number | undefined
      for (let at = nextDue(line, timezone, new Date(years.from)); at && at.getTime() < years.to;) {
        const wall = shown(at.getTime(), timezone)
        if (last !== undefined && !isNext(last, wall))
          found.push(`${time} ${days} in ${timezone}: after ${clock(last)} comes ${clock(wall)}`)
        last = wall
        at = nextDue(line, timezone, at)
      }
      if (last === undefined) found.push(`${time} ${days} in ${timezone} never comes`)
    }
  return found
}

const clock = (minutes: number) => new Date(minutes * MINUTE).toISOString().slice(0, 16)
const dayOf = (minutes: number) => Math.floor(minutes / 1440)
const monthOf = (minutes: number) => {
  const date = new Date(minutes * MINUTE)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
