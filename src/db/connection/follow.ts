// The connections of one URL, wherever its server is by now: after a failover, new ones go to the new primary.
import { Client, type ClientConfig, Pool } from 'pg'
import { type DatabaseUrl } from '../../domain/database-url.ts'
import { type Endpoint, findEndpoint, mustTakeWrites } from './endpoint.ts'
import { endStuck } from './stuck.ts'
import { waysToEncrypt } from './tls.ts'

/** A connection that nobody uses for so long is closed: soon enough after a burst, and not after each look of an idle bot. */
const IDLE_FOR_MS = 120_000

export interface Followed {
  /** As it was found last. */
  endpoint(): Endpoint
  client(config: ClientConfig): Client
  pool(config: { max: number; application_name?: string }): Pool
}

/** Finds the server now, and again whenever a connection could not be made or broke. Throws what findEndpoint throws. */
export async function follow(variable: string, url: DatabaseUrl): Promise<Followed> {
  let endpoint = await findEndpoint(variable, url)
  let finding: Promise<Endpoint | undefined> | undefined
  const choices = url.hosts.flatMap((host) => waysToEncrypt(url, host))

  /** One at a time; undefined: none of them for the moment, and whoever fails next asks again. */
  function find(): Promise<Endpoint | undefined> {
    finding ??= findEndpoint(variable, url)
      .then((found) => (endpoint = found))
      .catch(() => undefined)
      .finally(() => (finding = undefined))
    return finding
  }
  /** Nobody waits for it: whatever failed is tried again by whoever wanted it, and goes where the search has led. */
  function search(): void {
    if (choices.length > 1) void find()
  }

  class Following extends Client {
    startedAt: string | undefined

    constructor(config: ClientConfig = {}) {
      super({ ...config, ...endpoint.config, ...named(config) })
      this.on('error', search)
    }

    override connect(): Promise<Client>
    override connect(callback: (error: Error | null, client?: Client) => void): void
    override connect(callback?: (error: Error | null, client?: Client) => void): Promise<Client> | void {
      const connected = this.#connect()
      if (callback === undefined) return connected
      connected.then(
        (client) => process.nextTick(callback, null, client),
        (error: Error) => process.nextTick(callback, error),
      )
    }

    async #connect(): Promise<Client> {
      try {
        await super.connect()
        // A primary that came back as a standby, or a name that leads to one, would answer with what was.
        this.startedAt = await mustTakeWrites(this)
        return this
      } catch (error) {
        search()
        await this.end().catch(() => {})
        throw error
      }
    }
  }

  return {
    endpoint: () => endpoint,
    client: (config) => new Following(config),
    pool(config) {
      const pool = new Pool({ idleTimeoutMillis: IDLE_FOR_MS, ...config, Client: Following })
      // An idle connection that broke is replaced on the next query.
      pool.on('error', () => {})
      endStuck(pool, { find, startedAt: (client) => (client as Following).startedAt })
      return pool
    },
  }
}

const named = ({ application_name: name }: ClientConfig) =>
  name === undefined ? {} : { application_name: name }
