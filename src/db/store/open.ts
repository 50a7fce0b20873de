// Opens the database: PostgreSQL where DATABASE_URL says so, else the embedded one, else (when another process
// of ours runs on that folder) through that process's socket.
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapterFactory, SqlQuery } from '@prisma/driver-adapter-utils'
import { Pool } from 'pg'
import type { ConstructorOptions } from 'pg-boss'
import { exactAdapter, exactClient } from './exact-json.ts'
import { holderOf } from './folder-lock.ts'
import { Prisma, PrismaClient } from '../generated/client.ts'
import { applyMigrations } from '../migrations/apply.ts'
import { type Connections, openConnections } from '../connection/connections.ts'
import type { Endpoint } from '../connection/endpoint.ts'
import { type Listen, makeListen } from '../connection/listen.ts'
import type { LockPatience } from '../migrations/patience.ts'
import { type InTransaction, onEmbedded, onSession } from '../migrations/session.ts'
import { isUpToDate } from '../migrations/state.ts'
import { mustBePrivate } from './private-folder.ts'
import { TransactionTimeError } from './transaction-time.ts'

/** What database functions take: a transaction, or the client itself for a single statement. */
export type Tx = Prisma.TransactionClient

export interface Database {
  kind: 'server' | 'embedded' | 'through-owner'
  prisma: PrismaClient
  /** How pg-boss reaches the same database. */
  boss: Pick<ConstructorOptions, 'backend' | 'db' | 'host' | 'user' | 'database' | 'max'>
  /** What other processes on this server say; undefined where there is none. */
  listen: Listen | undefined
  /** On a server: where DATABASE_URL leads, and DIRECT_DATABASE_URL if it is set. */
  endpoints: () => { variable: string; endpoint: Endpoint }[]
  /** `withinMs`: for work that is meant to take longer than TRANSACTION allows. */
  transaction<T>(work: (tx: Tx) => Promise<T>, allowed?: { withinMs: number }): Promise<T>
  /** Applies migrations under an advisory lock; resolves with the names of those applied now. */
  migrate(patience?: LockPatience): Promise<string[]>
  /** Runs statements as they are written, in one transaction on a connection of its own. */
  script(statements: string): Promise<void>
  close(): Promise<void>
}

export interface OpenOptions {
  databaseUrl: string | undefined
  /** For what needs a session of its own, where a pooler stands in databaseUrl. */
  directDatabaseUrl?: string | undefined
  dataDir: string
  /** What pg-boss takes the server for; a PostgreSQL unless said otherwise. */
  queueBackend?: ConstructorOptions['backend']
  /** Connections of the Prisma pool on a server. */
  poolSize?: number
}

// A statement that begins with its name, always in the same words, is prepared once a connection: planning it takes longer
// than running it. The driver takes undefined for no name, which its type leaves out.
const preparedName = ({ sql }: SqlQuery): string => /^\s*\/\* (\w+) \*\//.exec(sql)?.[1] as string
const TRANSACTION = { maxWait: 10_000, timeout: 30_000 }
/** Prisma's, for both of these. */
const OUT_OF_TIME = 'P2028'

const transactionOn = async <T>(
  prisma: PrismaClient,
  work: (tx: Tx) => Promise<T>,
  withinMs: number,
): Promise<T> => {
  try {
    return await prisma.$transaction(work, { ...TRANSACTION, timeout: withinMs })
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === OUT_OF_TIME)
      throw new TransactionTimeError(withinMs, error)
    throw error
  }
}

const runAll =
  (statements: string) =>
  (inTransaction: InTransaction): Promise<void> =>
    inTransaction(async (session) => void (await session.run(statements)))

interface Parts extends Pick<Database, 'kind' | 'boss'>, Partial<Pick<Database, 'listen' | 'endpoints'>> {
  adapter: SqlDriverAdapterFactory
  migrate: (patience?: LockPatience) => Promise<string[]>
  script: (statements: string) => Promise<void>
  close: () => Promise<void>
}

function database({
  kind,
  adapter,
  boss,
  listen,
  endpoints = () => [],
  migrate,
  script,
  close,
}: Parts): Database {
  const prisma = exactClient(new PrismaClient({ adapter: exactAdapter(adapter) }))
  return {
    kind,
    prisma,
    boss,
    listen,
    endpoints,
    // Asked first: it takes one statement on a connection that is open, and no lock.
    migrate: async (patience) => ((await isUpToDate(prisma)) ? [] : migrate(patience)),
    script,
    transaction: (work, { withinMs } = { withinMs: TRANSACTION.timeout }) =>
      transactionOn(prisma, work, withinMs),
    close: async () => {
      await prisma.$disconnect()
      await close()
    },
  }
}

function onServer({ pooled, direct }: Connections, options: OpenOptions): Database {
  const { queueBackend = 'postgres', poolSize = 10 } = options
  const pool = pooled.pool({ max: poolSize })
  const queuePool = pooled.pool({ max: 6, application_name: 'signalbox-queue' })
  // What one client prepared, a pooler hands to the next, who prepares it again: that fails.
  const names = pooled.endpoint().pooling === 'none' ? { statementNameGenerator: preparedName } : {}
  const listen = makeListen(() => direct.client({ application_name: 'signalbox-listen' }))
  const migrating = <T>(work: (inTransaction: InTransaction) => Promise<T>) =>
    onSession(direct.client({ application_name: 'signalbox-migrations' }), work)
  return database({
    kind: 'server',
    adapter: new PrismaPg(pool, names),
    boss: {
      backend: queueBackend,
      db: { executeSql: (text, values) => queuePool.query(text, values), listen },
    },
    listen,
    endpoints: () => [
      { variable: 'DATABASE_URL', endpoint: pooled.endpoint() },
      ...(direct === pooled ? [] : [{ variable: 'DIRECT_DATABASE_URL', endpoint: direct.endpoint() }]),
    ],
    migrate: (patience) => migrating((inTransaction) => applyMigrations(inTransaction, patience)),
    script: (statements) => migrating(runAll(statements)),
    close: async () => {
      await Promise.all([pool.end(), queuePool.end()])
    },
  })
}

/** Opens the database that `options` name. The embedded folder is taken unless a process of ours runs on it. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { databaseUrl, directDatabaseUrl, dataDir } = options
  if (databaseUrl) return onServer(await openConnections(databaseUrl, directDatabaseUrl), options)
  // Loaded here only: on a server nothing of it is needed.
  const [{ openEmbedded }, { fromPglite }] = await Promise.all([import('./embedded.ts'), import('pg-boss')])
  const { pglite, adapter, close } = await openEmbedded(dataDir)
  return database({
    kind: 'embedded',
    adapter,
    boss: { backend: 'pglite', db: fromPglite(pglite) },
    migrate: (patience) => applyMigrations(onEmbedded(pglite), patience),
    script: (statements) => runAll(statements)(onEmbedded(pglite)),
    close,
  })
}

/** For commands: like openDatabase, but goes through the process that holds the embedded folder, if one does. */
export async function openForCommand(options: OpenOptions): Promise<Database> {
  const socketDir = options.databaseUrl ? undefined : holderOf(options.dataDir)?.socketDir
  if (!socketDir) return openDatabase({ ...options, poolSize: 2 })
  mustBePrivate(socketDir)
  const connection = { host: socketDir, user: 'postgres', database: 'postgres', max: 1 }
  const pool = new Pool(connection)
  return database({
    kind: 'through-owner',
    adapter: new PrismaPg(pool),
    boss: connection,
    // Whoever owns the folder migrated it when it started.
    migrate: async () => [],
    script: () => Promise.reject(new Error('only the process that owns the folder changes its tables')),
    close: () => pool.end(),
  })
}
