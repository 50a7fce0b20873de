// Whether there is any such row.
import type { Prisma } from '../generated/client.ts'
import type { Tx } from './open.ts'

/** `rows`: a SELECT. */
export async function exists(tx: Tx, rows: Prisma.Sql): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ is: boolean }[]>`SELECT EXISTS (${rows}) AS is`
  return row?.is === true
}
