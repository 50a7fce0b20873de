// What all modals about one exception share: which one it is, and how they look when it is too late.
import type { ModalView } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import { messageView, noSuchException } from '../app/message-view.ts'
import { chosenIn } from '../../domain/exceptions/ways.ts'
import type { ResolvedAs } from '../../domain/exceptions/resolution.ts'

/**
 * private_metadata carries the id only: what is true is read again when the modal comes back. `revision`: of one that approves,
 * what the person looked at.
 */
export const modalMetadata = (exceptionId: string, revision?: number, choice?: number): string =>
  JSON.stringify({ exceptionId, revision, choice })

/** The place of the choice that the modal is about. */
export function choiceIn(text: string): number {
  const { choice } = JSON.parse(text) as { choice?: unknown }
  return typeof choice === 'number' ? choice : -1
}

/** The revision that the person looked at; none: the modal carries none. */
export function revisionLookedAt(text: string): { revision?: number } {
  const { revision } = JSON.parse(text) as { revision?: unknown }
  return typeof revision === 'number' ? { revision } : {}
}

export function readModalMetadata(text: string): string {
  try {
    const read = JSON.parse(text) as { exceptionId?: unknown }
    return typeof read.exceptionId === 'string' ? read.exceptionId : ''
  } catch {
    return ''
  }
}

/** The view for an exception that is unknown or resolved; undefined: it is open. */
export function tooLate(view: ExceptionView | undefined, userId: string): ModalView | undefined {
  if (!view) return noSuchException
  const { resolvedAs, resolvedBy, resolvedAt, data } = view.exception
  if (resolvedAs === null || resolvedAt === null) return undefined
  const answer = {
    kind: 'already_resolved' as const,
    as: resolvedAs as ResolvedAs,
    by: resolvedBy ?? 'somebody',
    at: resolvedAt,
    ...chosenIn(data),
  }
  return messageView('Already resolved', resolveAnswerText(answer, userId) ?? 'Resolved.')
}
