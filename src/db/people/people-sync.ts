// Writing what Slack says of people and groups. What people set with us (away, cover) is kept.
import type { PersonFacts } from '../../domain/people/membership.ts'
import type { Tx } from '../store/open.ts'

export interface PersonFromSlack extends PersonFacts {
  handle: string
  name: string
  email: string | null
  timezone: string | null
  /** Until when their status says that they are away. */
  awayUntil: Date | null
}

export interface GroupFromSlack {
  id: string
  handle: string
  name: string
  members: string[]
  teamId: string | null
}

/** Writes people as Slack has them now; rows of people it no longer names stay (their past does too). */
export async function savePeople(tx: Tx, people: PersonFromSlack[], at: Date): Promise<void> {
  if (people.length === 0) return
  await tx.$executeRaw`
    INSERT INTO "person" ("id", "handle", "name", "email", "timezone", "is_deleted", "is_bot",
                          "team_id", "enterprise_id", "is_restricted", "is_ultra_restricted", "is_stranger",
                          "status_away_until", "synced_at")
    SELECT p.*, ${at}::timestamptz FROM unnest(
      ${people.map(({ id }) => id)}::text[], ${people.map(({ handle }) => handle.toLowerCase())}::text[],
      ${people.map(({ name }) => name)}::text[], ${people.map(({ email }) => email)}::text[],
      ${people.map(({ timezone }) => timezone)}::text[], ${people.map(({ isDeleted }) => isDeleted)}::boolean[],
      ${people.map(({ isBot }) => isBot)}::boolean[], ${people.map(({ teamId }) => teamId)}::text[],
      ${people.map(({ enterpriseId }) => enterpriseId)}::text[],
      ${people.map(({ isRestricted }) => isRestricted)}::boolean[],
      ${people.map(({ isUltraRestricted }) => isUltraRestricted)}::boolean[],
      ${people.map(({ isStranger }) => isStranger)}::boolean[],
      ${people.map(({ awayUntil }) => awayUntil)}::timestamptz[]
    ) AS p
    ON CONFLICT ("id") DO UPDATE SET "handle" = EXCLUDED."handle", "name" = EXCLUDED."name",
      "email" = COALESCE(EXCLUDED."email", "person"."email"), "timezone" = EXCLUDED."timezone",
      "is_deleted" = EXCLUDED."is_deleted", "is_bot" = EXCLUDED."is_bot",
      "team_id" = EXCLUDED."team_id", "enterprise_id" = EXCLUDED."enterprise_id",
      "is_restricted" = EXCLUDED."is_restricted", "is_ultra_restricted" = EXCLUDED."is_ultra_restricted",
      "is_stranger" = EXCLUDED."is_stranger",
      "status_away_until" = EXCLUDED."status_away_until", "synced_at" = EXCLUDED."synced_at"`
}

export async function saveGroup(tx: Tx, group: GroupFromSlack, at: Date): Promise<void> {
  const { id: _, handle, ...rest } = group
  const row = { ...rest, handle: handle.toLowerCase(), syncedAt: at }
  await tx.personGroup.upsert({ where: { id: group.id }, create: { id: group.id, ...row }, update: row })
}

/** A group that Slack no longer has (or has disabled) can own nothing; it keeps its row without members. */
export async function emptyGroupsExcept(tx: Tx, ids: string[], at: Date): Promise<void> {
  await tx.personGroup.updateMany({ where: { id: { notIn: ids } }, data: { members: [], syncedAt: at } })
}
