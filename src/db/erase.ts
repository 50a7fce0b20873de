// Emptying what runs that ended hold of people. Ids, times, counts, outcomes and the audit's chain stay. Triggers let
// it happen only in a transaction that sets `signalbox.erasing`, which nothing but this file does.
import type { Erasable } from '../domain/erased.ts'
import type { Tx } from './open.ts'

/**
 * Whether this session's role may empty what is a record: that of deploy/grants.sql may not. Each table's right is
 * asked for, so that retention does not stop halfway.
 */
export async function mayErase(tx: Tx): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ may: boolean }[]>`
    SELECT bool_and(has_table_privilege(name, 'UPDATE')) AND has_table_privilege('seen', 'DELETE') AS may
    FROM unnest(ARRAY['event', 'decision', 'outcome', 'audit', 'record', 'attempt', 'exception', 'run']) AS name`
  return row?.may ?? false
}

const empty: Record<Erasable, (tx: Tx, runs: string[]) => Promise<void>> = {
  async payloads(tx, runs) {
    await tx.$executeRaw`
      UPDATE event SET body = '', headers = '{}' FROM run WHERE run.id = ANY(${runs}) AND event.id = run.event_id`
  },
  async records(tx, runs) {
    await tx.$executeRaw`
      UPDATE record SET fields = '{}', sources = '{}', corrections = '{}' WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`
      UPDATE decision SET inputs = '{}', trace = (SELECT coalesce(jsonb_agg(rule - 'because' - 'error' ORDER BY place), '[]')
        FROM jsonb_array_elements(trace) WITH ORDINALITY AS rules(rule, place))
      WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`
      UPDATE exception SET detail = '', data = '{}', settled_note = NULL WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`UPDATE outcome SET note = NULL WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`DELETE FROM seen WHERE root = ANY(${runs})`
  },
  async attempts(tx, runs) {
    await tx.$executeRaw`
      UPDATE attempt SET request = '{}', answer = NULL, error = NULL WHERE run_id = ANY(${runs})`
  },
  async audit(tx, runs) {
    await tx.$executeRaw`
      UPDATE audit SET before = NULL, after = NULL, note = NULL, salt = NULL WHERE run_id = ANY(${runs})`
  },
}

/** Empties these parts of these runs, all of which must have ended; says so in each run's row. */
export async function emptyRuns(
  tx: Tx,
  runs: string[],
  { parts, at, by }: { parts: readonly Erasable[]; at: Date; by: string },
): Promise<void> {
  await tx.$executeRaw`SELECT set_config('signalbox.erasing', 'on', true)`
  for (const part of parts) await empty[part](tx, runs)
  const mark = Object.fromEntries(parts.map((part) => [part, { at: at.toISOString(), by }]))
  // What was emptied before keeps saying when and by whom.
  await tx.$executeRaw`
    UPDATE run SET erased = ${JSON.stringify(mark)}::jsonb || coalesce(erased, '{}') WHERE id = ANY(${runs})`
  await tx.$executeRaw`SELECT set_config('signalbox.erasing', 'off', true)`
}

export interface SubjectRuns {
  ended: string[]
  open: string[]
}

/** A run is about to be copied: its subject is not erased meanwhile, and what was erased before is seen. */
export async function holdSubjectOf(tx: Tx, runId: string): Promise<void> {
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock_shared(hashtextextended('signalbox subject ' || subject, 0)) FROM run WHERE id = ${runId}`
}

/** The runs of a subject, of one workflow or of all; none is replayed until the transaction ends. */
export async function runsOfSubject(tx: Tx, subject: string, workflow?: string): Promise<SubjectRuns> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('signalbox subject ' || ${subject}, 0))`
  const runs = await tx.run.findMany({
    where: { subject, ...(workflow === undefined ? {} : { workflowKey: workflow }) },
    select: { id: true, state: true },
    orderBy: { id: 'asc' },
  })
  const inState = (isEnded: boolean) =>
    runs.filter(({ state }) => (state === 'ended') === isEnded).map(({ id }) => id)
  return { ended: inState(true), open: inState(false) }
}

/** Cards and thread lines of these runs' exceptions stand anew: what they said of people goes from Slack too. */
export async function redrawCards(tx: Tx, runs: string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE card SET wanted_revision = wanted_revision + 1 WHERE (ts IS NOT NULL OR folded_into IS NOT NULL) AND (
      (kind = 'exception' AND subject_id IN (SELECT id FROM exception WHERE run_id = ANY(${runs}))) OR
      (kind = 'notice' AND subject_id IN (SELECT 'audit:' || id FROM audit WHERE run_id = ANY(${runs}))))`
  await tx.$executeRaw`UPDATE reviewed_run SET note = NULL WHERE run_id = ANY(${runs})`
}
