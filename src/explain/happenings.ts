// Everything that happened to a run in one line each, in the order of time: what the engine did and what people did.
import { sourceText } from '../domain/deliveries.ts'
import { labelOf, type RunView } from '../db/runs/run-view.ts'
import { sentenceOf } from '../domain/exceptions/reasons.ts'

export interface AuditLike {
  at: Date
  actorLabel: string
  surface: string
  action: string
  note: string | null
  isErased: boolean
}

export interface Happening {
  at: Date
  what: string
  who?: string
}

/** `exception.approval_counted` → "Approval counted". */
const actionWords = (action: string): string => {
  const words = action.replace(/^[^.]*\./, '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
const surfaces: Record<string, string> = { cli: ' on the command line', slack: ' in Slack' }

export function happenings(run: RunView, audit: AuditLike[]): Happening[] {
  const { event, decisions, attempts, exceptions, outcome } = run
  const all: Happening[] = [
    {
      at: event.receivedAt,
      what: `Arrived (${sourceText(event)})`,
      ...(event.actor === null ? {} : { who: event.actor }),
    },
    ...decisions
      // What a person decided stands in the audit, with the surface.
      .filter(({ decidedBy, reason }) => decidedBy === 'engine' && reason !== 'expired')
      .map(({ decidedAt, rule, route, reason, ownerId }) => ({
        at: decidedAt,
        what:
          rule === null
            ? `Stopped: ${sentenceOf(reason ?? '')}`
            : `Rule “${rule}” chose route “${route ?? ''}”${ownerId === null ? '' : `, owner ${labelOf(run, ownerId)}`}`,
      })),
    ...attempts.flatMap(({ action, target, number, state, startedAt, finishedAt, error }) => [
      { at: startedAt, what: `Action “${action}” (${target}), try ${number}, began` },
      ...(finishedAt ? [{ at: finishedAt, what: `… ${state}${error ? `: ${error}` : ''}` }] : []),
    ]),
    ...exceptions.map((one) => ({
      at: one.openedAt,
      what: `Needs a person, owner ${one.ownerLabel}: ${one.detail}`,
    })),
    ...audit.map((row) => ({
      at: row.at,
      who: row.actorLabel,
      what: `${actionWords(row.action)}${surfaces[row.surface] ?? ''}${row.isErased ? ' (its words were erased)' : row.note ? `: ${row.note}` : ''}`,
    })),
    ...(outcome ? [{ at: outcome.endedAt, what: `Ended: ${outcome.kind}` }] : []),
  ]
  // Stable: what bears the same time stays in the order of a run's way.
  return all.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}
