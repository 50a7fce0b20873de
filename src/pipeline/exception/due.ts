// What an SLA promises: that of the route, else of the workflow, in business time where it names a calendar.
import { addBusinessTime } from '../../domain/time/business-time.ts'
import type { Calendar } from '../../domain/time/calendar.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { parseDuration } from '../../domain/time/duration.ts'
import type { Sla } from '../../domain/workflow-file/route.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'

export interface Promised {
  sla: Sla
  calendar: Calendar | undefined
}

/** undefined: neither the route nor the workflow promises anything. */
export function promisedFor(
  definition: Definition,
  standards: Standards,
  route: string | null,
): Promised | undefined {
  const sla = (route === null ? undefined : definition.routes[route]?.sla) ?? definition.sla
  return sla && { sla, calendar: sla.calendar === undefined ? undefined : standards.calendars[sla.calendar] }
}

/** `ms` after `from`, by the calendar where there is one. */
export const plus = (from: Date, ms: number, calendar: Calendar | undefined): Date =>
  calendar ? addBusinessTime(from, ms, calendar) : new Date(from.getTime() + ms)

/** By when an exception should be answered; null where nothing is promised. */
export function respondBy(
  definition: Definition,
  standards: Standards,
  route: string | null,
  from: Date,
): Date | null {
  const promised = promisedFor(definition, standards, route)
  return promised ? plus(from, parseDuration(promised.sla.respond), promised.calendar) : null
}
