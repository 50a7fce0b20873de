// Submitting digests: the figures are read, then one row claims the window together with its card. The figures of a
// window that is over do not change, so whoever loses the claim has only read in vain.
import { claimDigest, hasDigest, hasEventBefore } from '../../db/digest/digests.ts'
import { readDigestFigures } from '../../db/digest/digest-figures.ts'
import type { Database } from '../../db/store/open.ts'
import { dueNow, keepSchedules, readSchedules, scheduleKey, takeDue } from '../../db/workflows/schedules.ts'
import { type Targets, targetsOf } from '../../domain/digest/digest-targets.ts'
import { type DigestWindow, windowBefore } from '../../domain/digest/digest-window.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
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
  targets?: Targets
}

/** Resolves with the digest's id; undefined when this window had been submitted before. */
export async function submitDigest(
  { db, clock, cardsChanged }: DigestDeps,
  { name, window, channel, by, team, targets }: Submission,
): Promise<string | undefined> {
  const at = clock()
  const figures = await readDigestFigures(db, window, at, { team, targets })
  const id = await db.transaction((tx) => claimDigest(tx, { name, window, channel, figures, at, by }))
  if (id !== undefined) cardsChanged()
  return id
}

/** What is due of one digest: none that is older than its own window, and none for a time before the first event. */
async function submitDue(
  deps: DigestDeps,
  { name, digest, dueAt }: { name: string; digest: Standards['digests'][string]; dueAt: Date },
): Promise<string[]> {
  const { db, clock } = deps
  const { timezone, channel, period, to, team } = digest
  if (to === 'owners') return submitOwnerDigests(deps, { name, timezone, dueAt })
  if (channel === undefined) return []
  const window = windowBefore(dueAt, timezone, period)
  const isStale = clock().getTime() - dueAt.getTime() > window.end.getTime() - window.start.getTime()
  if (isStale || (await hasDigest(db.prisma, name, window.start))) return []
  if (!(await hasEventBefore(db.prisma, window.end, team ?? null))) return []
  const targets = targetsOf(digest.targets)
  const id = await submitDigest(deps, { name, window, channel, team, targets, by: 'schedule' })
  return id === undefined ? [] : [id]
}

const EVER = new Date(0)

/**
 * Submits each digest of the standards whose time has come: at that time, and when it was missed. Its schedule moves on
 * only afterwards: should the process end in between, the digests that are there are not sent again. `failed` is told of one that
 * could not be submitted; it stays due, and keeps no other from its time.
 */
export async function submitDueDigests(
  deps: DigestDeps & { failed: (name: string, error: unknown) => void },
  standards: Standards,
): Promise<string[]> {
  const { db, clock, failed } = deps
  const rows = await readSchedules(db.prisma, 'digest')
  const submitted: string[] = []
  for (const [name, digest] of Object.entries(standards.digests)) {
    const key = scheduleKey('digest', name)
    const { cron, timezone } = digest
    try {
      const due = await dueNow(
        db.prisma,
        { key, cron, timezone },
        { stored: rows.get(key), now: clock(), since: () => Promise.resolve(EVER) },
      )
      if (!due) continue
      submitted.push(...(await submitDue(deps, { name, digest, dueAt: due.dueAt })))
      await takeDue(db.prisma, due)
    } catch (error) {
      failed(name, error)
    }
  }
  const kept = Object.keys(standards.digests).map((name) => scheduleKey('digest', name))
  if ([...rows.keys()].some((key) => !kept.includes(key))) await keepSchedules(db.prisma, 'digest', kept)
  return submitted
}
