// Emptying what runs that ended hold of people. Ids, times, counts, outcomes and the audit's chain stay. Triggers let
// it happen only in a transaction that sets `signalbox.erasing`, which nothing but this file does.
import { randomUUID } from 'node:crypto'
import type { Erasable } from '../../domain/masking/erased.ts'
import { postedIn } from '../../domain/posted.ts'
import { engine } from '../../domain/exceptions/resolution.ts'
import { addAudit, RUNS_EMPTIED } from './audit.ts'
import { dropHiddenCircuits } from '../open-circuits.ts'
import type { Tx } from '../store/open.ts'

/**
 * Whether this session's role may empty what is a record: that of deploy/grants.sql may not. Each table's right is
 * asked for, so that retention does not stop halfway.
 */
export async function mayErase(tx: Tx): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ may: boolean }[]>`
    SELECT bool_and(has_table_privilege(name, 'UPDATE')) AND has_table_privilege('seen', 'DELETE')
           AND has_table_privilege('action_answer', 'DELETE') AS may
    FROM unnest(ARRAY['event', 'delivery', 'decision', 'outcome', 'audit', 'record', 'attempt', 'exception', 'run']) AS name`
  return row?.may ?? false
}

const empty: Record<Erasable, (tx: Tx, runs: string[]) => Promise<void>> = {
  async payloads(tx, runs) {
    // With the last event that has its bytes there, a delivery is emptied too. Before the events, which then lead to it no more.
    await tx.$executeRaw`
      WITH own AS (
        SELECT delivery_id AS id, count(*)::int AS n FROM event JOIN run ON run.event_id = event.id
        WHERE run.id = ANY(${runs}) AND delivery_id IS NOT NULL GROUP BY 1
      ), locked AS (
        SELECT d.id, n FROM delivery d JOIN own USING (id) ORDER BY d.id FOR UPDATE OF d
      )
      UPDATE delivery d SET erased = d.erased + n,
        body = CASE WHEN d.erased + n = d.wanted THEN '' ELSE d.body END,
        content_hash = CASE WHEN d.erased + n = d.wanted THEN NULL ELSE d.content_hash END
      FROM locked WHERE d.id = locked.id`
    await tx.$executeRaw`
      UPDATE event SET body = '', headers = '{}', delivery_id = NULL
      FROM run WHERE run.id = ANY(${runs}) AND event.id = run.event_id`
  },
  async records(tx, runs) {
    await tx.$executeRaw`
      UPDATE record SET fields = '{}', sources = '{}', corrections = '{}' WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`
      UPDATE decision SET inputs = '{}', trace = (SELECT coalesce(jsonb_agg(rule - 'because' - 'error' ORDER BY place), '[]')
        FROM jsonb_array_elements(trace) WITH ORDINALITY AS rules(rule, place))
      WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`
      UPDATE exception SET detail = '', data = '{}', resolved_note = NULL, fingerprint = workflow_key || '/' || reason,
                           owner_spec = coalesce(owner_id, '') WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`UPDATE outcome SET note = NULL WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`DELETE FROM seen WHERE root = ANY(${runs})`
    await dropHiddenCircuits(tx)
  },
  async attempts(tx, runs) {
    await tx.$executeRaw`
      UPDATE attempt SET request = '{}', answer = NULL, error = NULL WHERE run_id = ANY(${runs})`
    await tx.$executeRaw`DELETE FROM action_answer WHERE run_id = ANY(${runs})`
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
  // In the chain: words that are gone without this row were taken by somebody else (audit-chain.ts).
  await addAudit(tx, {
    at,
    actor: { id: by, surface: engine.surface },
    action: RUNS_EMPTIED,
    target: parts.join(', '),
    after: { parts: [...parts], runs },
  })
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

/** How many deliveries these runs share with runs that are not among them: those keep the bytes until they are erased. */
export async function sharedDeliveries(tx: Tx, runs: string[]): Promise<number> {
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(DISTINCT mine.delivery_id)::int AS n
    FROM run JOIN event mine ON mine.id = run.event_id
      JOIN event other ON other.delivery_id = mine.delivery_id JOIN run theirs ON theirs.event_id = other.id
    WHERE run.id = ANY(${runs}) AND theirs.id <> ALL(${runs})`
  return row?.n ?? 0
}

/** Cards and thread lines of these runs' exceptions stand anew: what they said of people goes from Slack too. */
export async function redrawCards(tx: Tx, runs: string[]): Promise<void> {
  await tx.$executeRaw`
    WITH mine AS (
      SELECT id, folded_into FROM card WHERE (ts IS NOT NULL OR folded_into IS NOT NULL) AND (
        (kind = 'exception' AND subject_id IN (SELECT id FROM exception WHERE run_id = ANY(${runs}))) OR
        (kind = 'notice' AND subject_id IN (SELECT 'audit:' || id FROM audit WHERE run_id = ANY(${runs}))))
    )
    UPDATE card SET wanted_revision = wanted_revision + 1
    WHERE id IN (SELECT id FROM mine UNION SELECT folded_into FROM mine)`
  await tx.$executeRaw`UPDATE reviewed_run SET note = NULL WHERE run_id = ANY(${runs})`
}

/**
 * What actions of these runs did outside: messages in Slack become cards, which the notifier empties. Resolves with the
 * rest, by target.
 */
export async function takeBackMessages(
  tx: Tx,
  runs: string[],
  at: Date,
): Promise<{ target: string; n: number }[]> {
  const done = await tx.attempt.findMany({
    where: { runId: { in: runs }, NOT: { target: { in: ['none'] } } },
    select: { id: true, target: true, answer: true, state: true },
  })
  const messages = done.flatMap(({ id, answer }) => {
    const posted = postedIn(answer)
    if (!posted) return []
    const { channel, ts, more } = posted
    return [ts, ...more].map((one, part) => ({
      id: randomUUID(),
      attempt: id,
      // A card for each part of a long message.
      subject: part === 0 ? id : `${id}#${part}`,
      channel,
      ts: one,
    }))
  })
  if (messages.length > 0)
    await tx.$executeRaw`
      INSERT INTO card (id, kind, subject_id, channel, posted_channel, ts, posted_revision, wanted_revision, next_try_at, created_at)
      SELECT id, 'message', subject, channel, channel, ts, 1, 2, ${at}::timestamptz, ${at}::timestamptz
      FROM json_to_recordset(${JSON.stringify(messages)}::json) AS m(id text, subject text, channel text, ts text)
      ON CONFLICT (kind, subject_id) DO NOTHING`
  const taken = new Set(messages.map(({ attempt }) => attempt))
  const left = new Map<string, number>()
  // A try that was refused or failed was heard all the same.
  for (const { id, target } of done)
    if (!taken.has(id) && !target.startsWith('workflow ')) left.set(target, (left.get(target) ?? 0) + 1)
  return [...left].map(([target, n]) => ({ target, n }))
}

/** Answers of lookups are kept by what was asked, not by who asked: all go, and are fetched again. */
export async function dropAllAnswers(tx: Tx): Promise<number> {
  return (await tx.lookupAnswer.deleteMany({})).count
}
