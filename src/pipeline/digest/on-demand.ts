// Digests for whoever asks: this week until now, or a week (or day) that is over, as it was first said.
import { accessOf } from '../../access/access.ts'
import { claimDigest, type NewDigest } from '../../db/digest/digests.ts'
import { readDigest } from '../../db/digest/digest-figures.ts'
import { labelOfId } from '../../db/people/people.ts'
import { digestAskedFor } from '../../db/workflows/standards.ts'
import { type DigestWindow, windowNamed, windowOf } from '../../domain/digest/digest-window.ts'
import type { DigestDeps } from './submit.ts'

export interface DigestAsked {
  actor: string
  /** 2026-W47 or 2026-11-23; unset: this week so far. */
  label?: string | undefined
  /** A channel's id; unset: where the digest of all teams goes. */
  channel?: string
}

export type DigestPosted =
  | { kind: 'posted'; digestId: string; channel: string }
  | { kind: 'no_such_window' }
  | { kind: 'not_over' }
  /** `who` says in words who may. */
  | { kind: 'not_allowed'; who: string }

function windowAsked(label: string | undefined, timezone: string, now: Date): DigestWindow | undefined {
  return label === undefined
    ? { ...windowOf(now, timezone), end: now }
    : windowNamed(label.toUpperCase(), timezone)
}

/**
 * Each asking is a digest of its own. A window that was told before is told again in the same words, beside what came
 * to light since.
 */
export async function postDigest(
  { db, clock, cardsChanged }: DigestDeps,
  { actor, label, channel }: DigestAsked,
): Promise<DigestPosted> {
  const standard = await digestAskedFor(db.prisma)
  const to = channel ?? standard.channel
  const access = accessOf(db.prisma, { id: actor, surface: 'slack' })
  if (!(await access.mayDigest(to))) return { kind: 'not_allowed', who: await access.whoMayDigest(to) }
  const at = clock()
  const window = windowAsked(label, standard.timezone, at)
  if (!window) return { kind: 'no_such_window' }
  if (window.end > at) return { kind: 'not_over' }
  const { figures } = await readDigest(db, window, at, { targets: standard.targets })
  const name = `${figures.label} asked for ${at.toISOString()}`
  const asked: NewDigest = { name, window, channel: to, figures, at, by: actor }
  const id = await db.transaction((tx) => claimDigest(tx, asked))
  if (id !== undefined) cardsChanged()
  // Two askings in one millisecond: one digest answers both.
  const where = { name_windowStart_channel: { name, windowStart: window.start, channel: to } }
  const digestId = id ?? (await db.prisma.digest.findUniqueOrThrow({ where })).id
  return { kind: 'posted', digestId, channel: await labelOfId(db.prisma, to) }
}
