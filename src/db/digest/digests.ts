// Digests: one row a window. The unique row is the claim: of any number of replicas, one inserts it.
import { type DigestFigures, digestFiguresSchema } from '../../domain/digest/digest.ts'
import type { OwnerDigest } from '../../domain/digest/owner-digest.ts'
import { wantCard } from '../cards/cards.ts'
import { newId } from '../store/ids.ts'
import type { Tx } from '../store/open.ts'
import { jsonText } from '../store/rows.ts'

export interface NewDigest {
  name: string
  window: { start: Date; end: Date }
  channel: string
  figures: DigestFigures | OwnerDigest
  at: Date
  by: string
}

/** Inserts the digest and wants its card; undefined when somebody else had this window. */
export async function claimDigest(tx: Tx, digest: NewDigest): Promise<string | undefined> {
  const { name, window, channel, figures, at, by } = digest
  const claimed = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO digest (id, name, window_start, window_end, channel, figures, submitted_at, submitted_by)
    VALUES (${newId('dig')}, ${name}, ${window.start}::timestamptz, ${window.end}::timestamptz, ${channel},
            ${jsonText(figures)}::jsonb, ${at}::timestamptz, ${by})
    ON CONFLICT (name, window_start, channel) DO NOTHING RETURNING id`
  const id = claimed[0]?.id
  if (id !== undefined) await wantCard(tx, { kind: 'digest', subjectId: id, channel, at })
  return id
}

/** Whether this window has been sent under this name, to whatever channel: a moved digest is not sent again. */
export async function hasDigest(tx: Tx, name: string, windowStart: Date): Promise<boolean> {
  return (await tx.digest.count({ where: { name, windowStart } })) > 0
}

/** Whether anything had arrived by then: before the first event there is nothing to tell. */
export async function hasEventBefore(tx: Tx, at: Date, team: string | null): Promise<boolean> {
  const where = { receivedAt: { lt: at }, ...(team === null ? {} : { workflow: { team } }) }
  return (await tx.event.findFirst({ where, select: { id: true } })) !== null
}

/** What was said first about exactly this window of this team (null: of all), under whatever name. */
export async function firstDigestOf(
  tx: Tx,
  { window, team }: { window: { start: Date; end: Date }; team: string | null },
): Promise<{ id: string; figures: DigestFigures } | undefined> {
  const rows = await tx.digest.findMany({
    where: { windowStart: window.start, windowEnd: window.end },
    orderBy: { submittedAt: 'asc' },
    select: { id: true, figures: true },
  })
  // An owner's own digest of the same day holds something else, and so does another team's.
  for (const { id, figures } of rows) {
    const read = digestFiguresSchema.safeParse(figures)
    if (read.success && read.data.team === team) return { id, figures: read.data }
  }
  return undefined
}
