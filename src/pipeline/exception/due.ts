// By when an exception should be answered: the SLA of its route, else of its workflow, in business time where the
// SLA names a calendar.
import { addBusinessTime } from '../../domain/business-time.ts'
import type { Definition } from '../../domain/definition.ts'
import { parseDuration } from '../../domain/duration.ts'
import type { Standards } from '../../domain/standards.ts'

/** null: neither the route nor the workflow promises anything. */
export function respondBy(
  definition: Definition,
  standards: Standards,
  route: string | null,
  from: Date,
): Date | null {
  const sla = (route === null ? undefined : definition.routes[route]?.sla) ?? definition.sla
  const respondMs = sla && parseDuration(sla.respond)
  if (!sla || respondMs === undefined) return null
  const calendar = sla.calendar === undefined ? undefined : standards.calendars[sla.calendar]
  return calendar ? addBusinessTime(from, respondMs, calendar) : new Date(from.getTime() + respondMs)
}
