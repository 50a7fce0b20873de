// The digest to owners: a direct message to each person for whom something waits; nobody else hears anything.
import { claimDigest } from '../../db/digest/digests.ts'
import { readOwnerDigests } from '../../db/digest/owner-digests.ts'
import { windowOf } from '../../domain/digest/digest-window.ts'
import type { DigestDeps } from './submit.ts'

const DAY_MS = 86_400_000

export interface OwnersDue {
  name: string
  timezone: string
  dueAt: Date
}

/** At most one a person and day, whoever submits; one that was missed by more than a day is not sent late. */
export async function submitOwnerDigests(
  { db, clock, cardsChanged }: DigestDeps,
  { name, timezone, dueAt }: OwnersDue,
): Promise<string[]> {
  const at = clock()
  if (at.getTime() - dueAt.getTime() > DAY_MS) return []
  const window = windowOf(dueAt, timezone, 'day')
  const sent = await db.prisma.digest.findMany({
    where: { name, windowStart: window.start },
    select: { channel: true },
  })
  const had = new Set(sent.map(({ channel }) => channel))
  const submitted: string[] = []
  for (const [person, figures] of await readOwnerDigests(db.prisma, { at, dueAt })) {
    if (had.has(person)) continue
    const id = await db.transaction((tx) =>
      claimDigest(tx, { name, window, channel: person, figures, at, by: 'schedule' }),
    )
    if (id !== undefined) submitted.push(id)
  }
  if (submitted.length > 0) cardsChanged()
  return submitted
}
