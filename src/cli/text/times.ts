// How a command writes times: as the clock of this machine shows them (TZ), or with --utc as UTC. JSON has ISO 8601 in UTC.
import { momentText } from '../../domain/time/moment-text.ts'

export const UTC = ['--utc', "times in UTC (default: this machine's time zone, or TZ)"] as const

export interface Times {
  /** "Tue, Dec 1, 9:00 AM CET" */
  moment: (at: Date) => string
  /** "Tue, Dec 1, 9:00:05 AM CET", for what is compared with a log. */
  exact: (at: Date) => string
}

/** UTC where TZ names no zone: Node's own clock shows UTC then too. */
function zoneHere(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return timeZone === undefined || timeZone === 'Etc/Unknown' ? 'UTC' : timeZone
}

export function timesFor({ utc = false }: { utc?: boolean | undefined } = {}): Times {
  const zone = utc ? 'UTC' : zoneHere()
  const now = new Date()
  return {
    moment: (at) => momentText(at, { zone, now }),
    exact: (at) => momentText(at, { zone, now, isExact: true }),
  }
}

/** In this machine's zone. */
export const moment = (at: Date): string => timesFor().moment(at)
