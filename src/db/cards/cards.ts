// Cards: what should stand in Slack and what does. Whoever changes an exception or digest calls `wantCard` or
// `wantCardOf` in the same transaction; the notifier claims what is due, posts, and writes back.
import { shorten } from '../../domain/text/cut.ts'
import { randomUUID } from 'node:crypto'
import { exists } from '../store/exists.ts'
import { Prisma } from '../generated/client.ts'
import type { Tx } from '../store/open.ts'

/**
 * exception | digest | storm stand in a channel; notice is a line of its own. `subjectId` is that row's id. message: what an
 * attempt posted and an erasure emptied; it says that, and nothing else any more.
 */
export type CardKind = 'exception' | 'digest' | 'notice' | 'storm' | 'message'

export interface DueCard {
  id: string
  kind: CardKind
  subjectId: string
  channel: string
  wantedRevision: number
  postedRevision: number
  postedChannel: string | null
  ts: string | null
  tries: number
  error: string | null
  postStartedAt: Date | null
  leaseUntil: Date
}

/**
 * Asks for the card to be there and up to date. The second time it only moves the revision on; a card that waits
 * after a failure goes on waiting, so that a busy exception does not hammer a Slack that is down.
 */
export async function wantCard(
  tx: Tx,
  card: { kind: CardKind; subjectId: string; channel: string; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "card" ("id", "kind", "subject_id", "channel", "next_try_at", "created_at")
    VALUES (${randomUUID()}, ${card.kind}, ${card.subjectId}, ${card.channel}, ${card.at}, ${card.at})
    ON CONFLICT ("kind", "subject_id") DO UPDATE SET "wanted_revision" = "card"."wanted_revision" + 1`
}

/** The same for the card that an exception got when it was opened. */
export async function wantCardOf(tx: Tx, exceptionId: string): Promise<void> {
  await tx.card.updateMany({
    where: { kind: 'exception', subjectId: exceptionId },
    data: { wantedRevision: { increment: 1 } },
  })
}

/** Whether Slack lacks anything, due by now or later. */
export const isAnyCardWanted = (tx: Tx): Promise<boolean> =>
  exists(tx, Prisma.sql`SELECT FROM card WHERE wanted_revision > posted_revision`)

/**
 * Takes up to `limit` cards that are due and not being posted by anybody (SKIP LOCKED and a lease): one card of a
 * channel at a time, new ones before changed ones and lines of a thread, of these the ones first whose post is not
 * confirmed (so that an outage leaves few of them), and none of the channels in `resting`. The lease ends by itself if we
 * are killed; `inHand`, cards that the caller is posting, are not taken even when it has.
 */
export async function claimDueCards(
  tx: Tx,
  take: { at: Date; leaseMs: number; limit: number; resting: string[]; inHand: string[] },
): Promise<DueCard[]> {
  const leaseUntil = new Date(take.at.getTime() + take.leaseMs)
  return tx.$queryRaw<DueCard[]>`
    WITH ranked AS (
      SELECT "id", row_number() OVER (PARTITION BY COALESCE("posted_channel", "channel")
                                      ORDER BY ("ts" IS NULL AND "kind" <> 'notice') DESC,
                                        "post_started_at" IS NULL, "next_try_at", "created_at") AS place
      FROM "card"
      WHERE "wanted_revision" > "posted_revision" AND "folded_into" IS NULL AND "next_try_at" <= ${take.at}
        AND ("lease_until" IS NULL OR "lease_until" <= ${take.at})
        AND NOT (COALESCE("posted_channel", "channel") = ANY(${take.resting}::text[]))
        AND NOT ("id" = ANY(${take.inHand}::text[]))
    ), due AS (
      SELECT "card"."id" FROM "card" JOIN ranked USING ("id")
      WHERE place = 1 AND ("lease_until" IS NULL OR "lease_until" <= ${take.at})
      ORDER BY "post_started_at" IS NULL, "next_try_at" LIMIT ${take.limit} FOR UPDATE OF "card" SKIP LOCKED
    )
    UPDATE "card" SET "lease_until" = ${leaseUntil}::timestamptz FROM due WHERE "card"."id" = due."id"
    RETURNING "card"."id", "kind", "subject_id" AS "subjectId", "channel", "wanted_revision" AS "wantedRevision",
      "posted_revision" AS "postedRevision", "posted_channel" AS "postedChannel", "ts", "tries", "error",
      "post_started_at" AS "postStartedAt", "lease_until" AS "leaseUntil"`
}

/**
 * Committed before the post: an unconfirmed post is looked for in Slack before it is posted again. false: it is not ours to
 * post any more, for by the clock its lease was over and it was folded into a storm or taken by somebody else.
 */
export async function noteCardPost(
  tx: Tx,
  { id, leaseUntil }: DueCard,
  { at, channel }: { at: Date; channel: string },
): Promise<boolean> {
  const { count } = await tx.card.updateMany({
    where: { id, leaseUntil },
    data: { postStartedAt: at, postedChannel: channel },
  })
  return count === 1
}

/** What stands in Slack now. `revision` is the one that was rendered: a newer request keeps the card due. */
export async function cardStands(
  tx: Tx,
  id: string,
  stands: { channel: string; ts: string; revision: number; error: string | null },
): Promise<void> {
  await tx.card.update({
    where: { id },
    data: {
      ts: stands.ts,
      postedChannel: stands.channel,
      postedRevision: stands.revision,
      postStartedAt: null,
      leaseUntil: null,
      tries: 0,
      failingSince: null,
      error: stands.error,
    },
  })
}

/** Not this time: again at `nextTryAt`. `counts`: Slack did not take it (it did not merely ask to wait). `lost` forgets the message, because Slack no longer has it. */
export async function cardWaits(
  tx: Tx,
  id: string,
  wait: { at: Date; nextTryAt: Date; error: string; counts: boolean; unposted?: boolean; lost?: boolean },
): Promise<void> {
  if (wait.counts)
    await tx.$executeRaw`UPDATE "card" SET "failing_since" = COALESCE("failing_since", ${wait.at}) WHERE "id" = ${id}`
  await tx.card.update({
    where: { id },
    data: {
      nextTryAt: wait.nextTryAt,
      error: shorten(wait.error, 500),
      leaseUntil: null,
      ...(wait.counts ? { tries: { increment: 1 } } : {}),
      ...(wait.unposted || wait.lost ? { postStartedAt: null, postedChannel: null } : {}),
      ...(wait.lost ? { ts: null, postedRevision: 0 } : {}),
    },
  })
}

/** The cards of open exceptions that stand in this channel are due again: they have to move. */
export async function wantOpenCardsOf(tx: Tx, channelId: string): Promise<number> {
  return tx.$executeRaw`
    UPDATE "card" SET "wanted_revision" = "wanted_revision" + 1
    WHERE "kind" = 'exception' AND "posted_channel" = ${channelId}
      AND "subject_id" IN (SELECT "id" FROM "exception" WHERE "state" = 'open')`
}
