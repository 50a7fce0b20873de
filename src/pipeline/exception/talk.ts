// Talk about an exception: notes, questions and their answers. They change nothing but what is known; they are kept
// with the run (its audit) and stand in the card's thread.
import { noteOnException } from '../../db/exception-acts.ts'
import type { Database } from '../../db/open.ts'
import type { Actor } from './settlement.ts'

export interface TalkDeps {
  db: Database
  clock: () => Date
  cardsChanged: () => void
}

export interface Talk {
  exceptionId: string
  actor: Actor
  kind: 'noted' | 'asked' | 'answered'
  text: string
  /** asked: the Slack id of who is asked. */
  to?: string
}

/** false: there is no such exception. */
export async function talk(
  { db, clock, cardsChanged }: TalkDeps,
  { exceptionId, actor, kind, text, to }: Talk,
): Promise<boolean> {
  const isKept = await db.transaction((tx) =>
    noteOnException(tx, {
      exceptionId,
      actor,
      action: `exception.${kind}`,
      at: clock(),
      note: text,
      ...(to === undefined ? {} : { after: { to } }),
    }),
  )
  if (isKept) cardsChanged()
  return isKept
}
