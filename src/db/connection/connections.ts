// The ways to a server: DATABASE_URL for all that is one transaction, and for what needs a session of its own (LISTEN)
// DIRECT_DATABASE_URL, where a pooler stands in DATABASE_URL. Refuses what would not work, before anything is done.
import { readDatabaseUrl } from '../../domain/database-url.ts'
import type { Endpoint } from './endpoint.ts'
import { follow, type Followed } from './follow.ts'
import { DatabaseUnusableError } from './problem.ts'

const POOLED = 'DATABASE_URL'
const DIRECT = 'DIRECT_DATABASE_URL'

export interface Connections {
  /** For transactions and single statements. */
  pooled: Followed
  /** For LISTEN and migrations; the same where there is one URL. */
  direct: Followed
}

function mustFit(pooled: Endpoint, direct: Endpoint): void {
  const isSame =
    pooled.server.startedAt === direct.server.startedAt && pooled.server.database === direct.server.database
  if (!isSame)
    throw new DatabaseUnusableError(
      `${DIRECT} leads to another database (${direct.server.database} at ${direct.place}) than ${POOLED} (${pooled.server.database} at ${pooled.place}): both must end at the same one.`,
    )
}

/** Throws a DatabaseUnusableError. */
export async function openConnections(url: string, directUrl: string | undefined): Promise<Connections> {
  const pooled = await follow(POOLED, readDatabaseUrl(url))
  const { place, pooling } = pooled.endpoint()
  if (pooling === 'statement')
    throw new DatabaseUnusableError(
      `The pooler of ${POOLED} at ${place} allows no transactions (statement pooling): set its pool_mode to transaction.`,
    )
  if (directUrl === undefined) {
    if (pooling === 'transaction')
      throw new DatabaseUnusableError(
        `The pooler of ${POOLED} at ${place} gives every transaction another connection, and LISTEN needs one that stays: set ${DIRECT} to the server's own URL.`,
      )
    return { pooled, direct: pooled }
  }
  const direct = await follow(DIRECT, readDatabaseUrl(directUrl))
  const ofDirect = direct.endpoint()
  if (ofDirect.pooling === 'transaction' || ofDirect.pooling === 'statement')
    throw new DatabaseUnusableError(
      `${DIRECT} leads to a pooler that gives every transaction another connection (${ofDirect.place}): set it to the server's own URL.`,
    )
  mustFit(pooled.endpoint(), ofDirect)
  return { pooled, direct }
}
