// Whether a pooler stands before the server, and when it gives a client another of its connections.
import type { Client, QueryConfig } from 'pg'

export type Pooling = 'none' | 'session' | 'transaction' | 'statement'

const ROUNDS = 3
const ANSWERS_WITHIN_MS = 2000
/** What a pooler that takes statements one by one says to a BEGIN. */
const PROTOCOL_VIOLATION = '08P01'

/** The driver takes a time limit with the query, which its type leaves out. */
export const within = (ms: number, text: string): QueryConfig => ({ text, query_timeout: ms }) as QueryConfig

async function processOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>(
    within(ANSWERS_WITHIN_MS, 'SELECT pg_backend_pid() AS pid'),
  )
  return rows[0]?.pid
}

/** What two clients that are connected at once see of the processes that serve them. */
async function modeBetween(client: Client, other: Client): Promise<Exclude<Pooling, 'none'>> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await processOf(client)
    try {
      await other.query(within(ANSWERS_WITHIN_MS, 'BEGIN'))
      if ((await processOf(other)) === before) return 'transaction'
    } catch (error) {
      // Else it waits for a connection: the first client has the only one, and keeps it.
      return (error as { code?: string }).code === PROTOCOL_VIOLATION ? 'statement' : 'session'
    }
    if ((await processOf(client)) !== before) return 'transaction'
    await other.query(within(ANSWERS_WITHIN_MS, 'ROLLBACK'))
  }
  return 'session'
}

/**
 * A pooler answers a connecting client for the server, and gives it a number of its own to cancel by; a server gives the
 * number of its process. Between two transactions of a client the pooler lends its connection to another client, or not.
 * Asked with statements alone: a setting or a lock would stay behind in a connection that is somebody else's next.
 */
export async function poolingOf(client: Client, another: () => Promise<Client>): Promise<Pooling> {
  const { processID } = client as Client & { processID: number | null }
  if (processID === (await processOf(client))) return 'none'
  const other = await another()
  try {
    return await modeBetween(client, other)
  } finally {
    await other.end().catch(() => {})
  }
}
