// Comments on an exception: notes, questions and their answers. They change nothing but what is known; they are kept
// with the run (its audit) and stand in the card's thread. Whoever may attend to it may comment, and whoever was asked.
import { noteOnException, wasAsked, wasNoted } from '../../db/exceptions/exception-acts.ts'
import type { Database, Tx } from '../../db/store/open.ts'
import { isActive } from '../../db/people/people.ts'
import { type HeldException, readException, refusal } from './held.ts'
import type { Actor } from '../../domain/exceptions/resolution.ts'
import type { ReassignAnswer } from './resolution.ts'

export interface CommentDeps {
  db: Database
  clock: () => Date
  cardsChanged: () => void
}

export interface Comment {
  exceptionId: string
  actor: Actor
  kind: 'noted' | 'asked' | 'answered'
  text: string
  /** asked: the Slack id of who is asked. */
  to?: string
  /** What it came by (a modal's id): the same again is kept once, whichever process it comes to. */
  from?: string
}

export type CommentAnswer =
  { kind: 'kept' } | Extract<ReassignAnswer, { kind: 'not_allowed' | 'not_eligible' | 'unknown' }>

/** Whoever was asked may write too: a note or an answer. */
async function refusalToWrite(tx: Tx, exception: HeldException, actor: Actor): Promise<string | undefined> {
  const who = await refusal(tx, exception, actor, 'attend')
  return who !== undefined && (await wasAsked(tx, exception.id, actor.id)) ? undefined : who
}

/** Who may write a note or an answer, in words, should this person not; undefined: they may, or there is nothing to write about. */
export async function commentRefusal(
  { db }: Pick<CommentDeps, 'db'>,
  { exceptionId, actor }: Pick<Comment, 'exceptionId' | 'actor'>,
): Promise<string | undefined> {
  const exception = await readException(db.prisma, exceptionId)
  return exception ? refusalToWrite(db.prisma, exception, actor) : undefined
}

export async function comment(
  { db, clock, cardsChanged }: CommentDeps,
  { exceptionId, actor, kind, text, to, from }: Comment,
): Promise<CommentAnswer> {
  const exception = await readException(db.prisma, exceptionId)
  if (!exception) return { kind: 'unknown' }
  const who =
    kind === 'asked'
      ? await refusal(db.prisma, exception, actor, 'attend')
      : await refusalToWrite(db.prisma, exception, actor)
  if (who !== undefined) return { kind: 'not_allowed', who }
  if (to !== undefined && !(await isActive(db.prisma, to)))
    return { kind: 'not_eligible', because: 'Nobody would see it there: choose a person who is active here.' }
  const isKept = await db.transaction(async (tx) => {
    if (from !== undefined && (await wasNoted(tx, { exceptionId, from }))) return true
    return noteOnException(tx, {
      exceptionId,
      actor,
      action: `exception.${kind}`,
      at: clock(),
      note: text,
      after: { ...(to === undefined ? {} : { to }), ...(from === undefined ? {} : { from }) },
    })
  })
  if (!isKept) return { kind: 'unknown' }
  cardsChanged()
  return { kind: 'kept' }
}
