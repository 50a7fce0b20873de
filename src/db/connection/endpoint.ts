// Finds the server that a URL means: the first of its hosts that answers and takes writes, encrypted as the URL says.
import { Client, type ClientConfig } from 'pg'
import { type DatabaseHost, type DatabaseUrl, placeOf } from '../../domain/database-url.ts'
import { connectionProblem, DatabaseUnusableError, isAboutTls, ReadOnlyError } from './problem.ts'
import { type Pooling, poolingOf, within } from './pooling.ts'
import { type Tls, waysToEncrypt } from './tls.ts'

export interface Endpoint {
  /** `db.example.com:5432` */
  place: string
  /** For a client of it. */
  config: ClientConfig
  /** TLS between us and whoever answers there. */
  isEncrypted: boolean
  pooling: Pooling
  server: Said
}

/** What the server says of itself. */
interface Said {
  version: string
  database: string
  startedAt: string
  /** The protocol's version; with a pooler that of the pooler's own connection. */
  tls: string | null
  isReadOnly: boolean
  isStandby: boolean
}

/** How long a dead peer goes unnoticed where nothing is sent: this, and about ten seconds. */
const KEEP_ALIVE_AFTER_MS = 10_000
const SAYS_WITHIN_MS = 10_000
const INVALID_AUTHORIZATION = '28000'

const TAKES_WRITES = `pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only') = 'on' AS "isReadOnly"`
// In UTC: a role may have a zone of its own.
const STARTED_AT = `(pg_postmaster_start_time() AT TIME ZONE 'UTC')::text AS "startedAt"`
const SAYS = `SELECT split_part(current_setting('server_version'), ' ', 1) AS version, current_database() AS database,
  ${STARTED_AT}, ${TAKES_WRITES},
  (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS tls`

/** Throws a ReadOnlyError; resolves with when that server started. */
export async function mustTakeWrites(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<Pick<Said, 'isReadOnly' | 'isStandby' | 'startedAt'>>(
    within(SAYS_WITHIN_MS, `SELECT ${TAKES_WRITES}, ${STARTED_AT}`),
  )
  if (rows[0]?.isReadOnly) throw new ReadOnlyError(rows[0].isStandby)
  return rows[0]?.startedAt
}

async function connect(config: ClientConfig): Promise<Client> {
  const client = new Client(config)
  // A connection that breaks fails the query in hand; without a listener it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

async function ask(url: DatabaseUrl, host: DatabaseHost, tls: Tls): Promise<Endpoint> {
  const config: ClientConfig = {
    connectionString: url.withHost(host),
    ssl: tls,
    connectionTimeoutMillis: url.connectWithinMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: 'signalbox',
  }
  const client = await connect(config)
  try {
    const { rows } = await client.query<Said>(within(SAYS_WITHIN_MS, SAYS))
    const [server] = rows
    if (server === undefined) throw new Error('the server said nothing of itself')
    if (server.isReadOnly) throw new ReadOnlyError(server.isStandby)
    const pooling = await poolingOf(client, () => connect(config))
    return { place: placeOf(host), config, isEncrypted: tls !== false, pooling, server }
  } finally {
    await client.end().catch(() => {})
  }
}

/** prefer and allow go on without what did not work; an answer that has nothing to do with it is an answer. */
const mayAskOtherwise = (error: unknown): boolean =>
  isAboutTls(error) || (error as { code?: string }).code === INVALID_AUTHORIZATION

async function askHost(url: DatabaseUrl, host: DatabaseHost): Promise<Endpoint> {
  const [first, ...others] = waysToEncrypt(url, host)
  let failed: unknown
  for (const tls of [first ?? false, ...others]) {
    try {
      return await ask(url, host, tls)
    } catch (error) {
      failed = error
      if (!mayAskOtherwise(error)) break
    }
  }
  throw failed
}

/** Throws a DatabaseUnusableError that says of each host what is wrong with it. `variable`: whose URL it is. */
export async function findEndpoint(variable: string, url: DatabaseUrl): Promise<Endpoint> {
  const problems: string[] = []
  for (const host of url.hosts) {
    try {
      return await askHost(url, host)
    } catch (error) {
      const about = { variable, place: placeOf(host), database: url.database, sslMode: url.sslMode }
      problems.push(connectionProblem(error, about))
    }
  }
  const [only = ''] = problems
  throw new DatabaseUnusableError(
    problems.length === 1 ? only : `No host of ${variable} can be used. ${problems.join(' ')}`,
  )
}
