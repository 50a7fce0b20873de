// Retention's place: up to which ended run each class of data is emptied. Runs are taken in the order in which they
// ended (an index holds it), so that each round reads what is due and nothing before it; a run that is open is not
// among them however old it is.
import type { Erasable } from '../../domain/masking/erased.ts'
import { emptyRuns } from './erase.ts'
import type { Tx } from '../store/open.ts'

interface Due {
  id: string
  endedAt: Date
}

const place = async (tx: Tx, part: Erasable) =>
  (await tx.retention.findUnique({ where: { part } })) ?? { doneUntil: new Date(0), doneRun: '' }

/** How many runs are due in this class: ended before `before`, and not emptied by retention yet. */
export async function countDue(tx: Tx, part: Erasable, before: Date): Promise<number> {
  const { doneUntil, doneRun } = await place(tx, part)
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM outcome
    WHERE ended_at >= ${doneUntil} AND ended_at < ${before} AND (ended_at, run_id) > (${doneUntil}, ${doneRun})`
  return row?.n ?? 0
}

/**
 * Empties the next so many runs of a class and moves its place on, in the caller's transaction. The row of the place
 * is locked: of two replicas, one waits and goes on where the other ended. Resolves with how many there were.
 */
export async function emptyNext(
  tx: Tx,
  part: Erasable,
  { before, at, most }: { before: Date; at: Date; most: number },
): Promise<number> {
  await tx.$executeRaw`
    INSERT INTO retention (part, done_until, done_run) VALUES (${part}, ${new Date(0)}, '') ON CONFLICT DO NOTHING`
  await tx.$queryRaw`SELECT part FROM retention WHERE part = ${part} FOR UPDATE`
  const { doneUntil, doneRun } = await place(tx, part)
  const due = await tx.$queryRaw<Due[]>`
    SELECT run_id AS id, ended_at AS "endedAt" FROM outcome
    WHERE ended_at >= ${doneUntil} AND ended_at < ${before} AND (ended_at, run_id) > (${doneUntil}, ${doneRun})
    ORDER BY ended_at, run_id LIMIT ${most}`
  const last = due.at(-1)
  if (!last) return 0
  await emptyRuns(
    tx,
    due.map(({ id }) => id),
    { parts: [part], at, by: 'retention' },
  )
  await tx.retention.update({ where: { part }, data: { doneUntil: last.endedAt, doneRun: last.id } })
  return due.length
}
