// Submitting digests: the figures are read, then one row claims the window together with its card. The figures of a
// window that is over do not change, so whoever loses the claim has only read in vain.
import { claimDigest, hasDigest, hasEventBefore } from '../../db/digests.ts'
import { readDigestFigures } from '../../db/digest-figures.ts'
import type { Database } from '../../db/open.ts'
import { type DigestWindow, windowBefore } from '../../domain/digest-window.ts'
import type { Standards } from '../../domain/standards.ts'
import { lastDue } from './last-due.ts'
import { submitOwnerDigests } from './submit-owners.ts'

export interface DigestDeps {
  db: Database
  clock: () => Date
  /** Tells the notifier that a card is due. */
  cardsChanged: () => void
}

export interface Submission {
  name: string
  window: DigestWindow
  /** `#channel`, or the id of a channel or person. */
  channel: string
  by: string
  /** Only the workflows of this team. */
  team?: string | undefined
}

/** Resolves with the digest's id; undefined when this window had been submitted before. */
export async function submitDigest(
  { db, clock, cardsChanged }: DigestDeps,
  { name, window, channel, by, team }: Submission,
): Promise<string | undefined> {
  const at = clock()
  const figures = await readDigestFigures(db, window, at, team)
  const id = await db.transaction((tx) => claimDigest(tx, { name, window, channel, figures, at, by }))
  if (id !== undefined) cardsChanged()
  return id
}

/**
 * Submits each digest of the standards whose last time has come and that is not there yet: at its tick, and when it
 * was missed. None that is older than its own window, and none for a time before the first event.
 */
export async function submitDueDigests(deps: DigestDeps, standards: Standards): Promise<string[]> {
  const { db, clock } = deps
  const submitted: string[] = []
  for (const [name, digest] of Object.entries(standards.digests)) {
    const { cron, timezone, channel, period, to, team } = digest
    const dueAt = lastDue(cron, timezone, clock())
    if (dueAt === undefined) continue
    if (to === 'owners') submitted.push(...(await submitOwnerDigests(deps, { name, timezone, dueAt })))
    if (channel === undefined) continue
    const window = windowBefore(dueAt, timezone, period)
    const isStale = clock().getTime() - dueAt.getTime() > window.end.getTime() - window.start.getTime()
    if (isStale || (await hasDigest(db.prisma, name, window.start))) continue
    if (!(await hasEventBefore(db.prisma, window.end, team ?? null))) continue
    const id = await submitDigest(deps, { name, window, channel, team, by: 'schedule' })
    if (id !== undefined) submitted.push(id)
  }
  return submitted
}
