// Targets whose circuit is open: one process found them failing, and all leave them alone. The database's clock counts:
// replicas' clocks may differ, and jump.
import type { Tx } from './store/open.ts'

export async function openCircuit(tx: Tx, target: string, forMs: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO open_circuit (target, until) VALUES (${target}, now() + ${forMs}::float8 * interval '1 ms')
    ON CONFLICT (target) DO UPDATE SET until = greatest(open_circuit.until, excluded.until)`
}

export async function closeCircuit(tx: Tx, target: string): Promise<void> {
  await tx.openCircuit.deleteMany({ where: { target } })
}

export interface OpenCircuit {
  target: string
  /** When it is tried again at the latest. */
  until: Date
}

export async function openCircuits(tx: Tx): Promise<OpenCircuit[]> {
  return tx.$queryRaw<
    OpenCircuit[]
  >`SELECT target, until FROM open_circuit WHERE until > now() ORDER BY target`
}
