// A server that is gone without a word (its power, its network) closes no connection: what was asked of it would wait for a
// quarter of an hour, until the system gives up. So whatever waits for long is a reason to look for the server; when it is
// another one by now, or one that started again, nobody answers here any more.
import type { Client, Pool, PoolClient } from 'pg'
import type { Endpoint } from './endpoint.ts'

const LOOK_EVERY_MS = 5000
const LONG_MS = 10_000

interface Deps {
  find: () => Promise<Endpoint | undefined>
  /** When the server of this connection started. */
  startedAt: (client: Client) => string | undefined
}

export function endStuck(pool: Pool, { find, startedAt }: Deps): void {
  const since = new Map<PoolClient, number>()
  let isLooking = false
  pool.on('acquire', (client) => since.set(client, Date.now()))
  pool.on('release', (_error, client) => since.delete(client))
  pool.on('remove', (client) => since.delete(client))

  async function look(): Promise<void> {
    const stuck = [...since].filter(([, at]) => Date.now() - at > LONG_MS)
    if (stuck.length === 0) return
    const found = await find()
    if (found === undefined) return
    for (const [client, at] of stuck)
      if (since.get(client) === at && startedAt(client) !== found.server.startedAt)
        client.connection.stream.destroy()
  }
  const looks = setInterval(() => {
    if (pool.ended) clearInterval(looks)
    if (pool.ended || isLooking) return
    isLooking = true
    void look().finally(() => {
      isLooking = false
    })
  }, LOOK_EVERY_MS).unref()
}
