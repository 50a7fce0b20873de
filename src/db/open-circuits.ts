// Targets whose circuit is open: one process found them failing, and all leave them alone. The database's clock counts:
// replicas' clocks may differ, and jump.
import type { Tx } from './store/open.ts'

/** A target that fails, and who called it. */
export interface Failing {
  target: string
  /** What may be said of it: itself, or where it comes from; undefined: nothing. */
  shown?: string | undefined
  workflows?: readonly string[]
}

/** What is said of a target of which nothing may be. */
export const UNNAMED = 'a host'

/** Of one that a record brought too, that is all that is said, whoever else calls it. */
export async function openCircuit(
  tx: Tx,
  { target, shown, workflows = [] }: Failing,
  forMs: number,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO open_circuit (target, until, shown, workflows)
    VALUES (${target}, now() + ${forMs}::float8 * interval '1 ms', ${shown ?? null}, ${[...workflows]}::text[])
    ON CONFLICT (target) DO UPDATE SET
      until = greatest(open_circuit.until, excluded.until),
      shown = CASE WHEN excluded.shown = excluded.target THEN open_circuit.shown ELSE excluded.shown END,
      workflows = ARRAY(SELECT DISTINCT unnest(open_circuit.workflows || excluded.workflows) ORDER BY 1)`
}

/** Hosts that records brought, so that none outlives its record: each is found down again by who calls it. */
export async function dropHiddenCircuits(tx: Tx): Promise<void> {
  await tx.$executeRaw`DELETE FROM open_circuit WHERE shown IS DISTINCT FROM target`
}

/** The targets themselves, for whoever calls them: nobody is shown these. */
export async function openTargets(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ target: string }[]>`SELECT target FROM open_circuit WHERE until > now()`
  return rows.map(({ target }) => target)
}

export async function closeCircuit(tx: Tx, target: string): Promise<void> {
  await tx.openCircuit.deleteMany({ where: { target } })
}

export interface OpenCircuit {
  /** As it may be shown. Two hosts that one record field brings are one. */
  target: string
  workflows: string[]
  /** When it is tried again at the latest. */
  until: Date
}

export async function openCircuits(tx: Tx): Promise<OpenCircuit[]> {
  return tx.$queryRaw<OpenCircuit[]>`
    SELECT coalesce(shown, ${UNNAMED}) AS target, workflows, max(until) AS until FROM open_circuit
    WHERE until > now() GROUP BY 1, 2 ORDER BY 1, 2`
}
