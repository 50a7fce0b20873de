// Targets that rest after failing: one process found out, and all leave them alone. The database's clock counts:
// replicas' clocks may differ, and jump.
import type { Tx } from './open.ts'

export async function restTarget(tx: Tx, target: string, forMs: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO target_rest (target, until) VALUES (${target}, now() + ${forMs}::float8 * interval '1 ms')
    ON CONFLICT (target) DO UPDATE SET until = greatest(target_rest.until, excluded.until)`
}

export async function wakeTarget(tx: Tx, target: string): Promise<void> {
  await tx.targetRest.deleteMany({ where: { target } })
}

export interface TargetRest {
  target: string
  /** When it is tried again at the latest. */
  until: Date
}

export async function restingTargets(tx: Tx): Promise<TargetRest[]> {
  return tx.$queryRaw<TargetRest[]>`SELECT target, until FROM target_rest WHERE until > now() ORDER BY target`
}
