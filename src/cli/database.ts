// The database for one command: through the bot while it runs, directly when it does not. A command that only asks
// never makes a database where there was none.
import { type Config, readConfig } from '../config.ts'
import { databaseProblem, saidOf } from '../db/store/database-problem.ts'
import { FolderHeldError, holderOf } from '../db/store/folder-lock.ts'
import { MigrationHeldError } from '../db/migrations/patience.ts'
import { type Database, openForCommand } from '../db/store/open.ts'
import { isThere } from '../db/store/pgdata.ts'
import { FolderNotOursError } from '../db/store/private-folder.ts'
import { TransactionTimeError } from '../db/store/transaction-time.ts'
import { placeOf, readDatabaseUrl } from '../domain/database-url.ts'
import { CommandEnd, exitCodes, noDatabase } from './exit.ts'

export interface DatabaseUse {
  /** This command may make the database and its tables (`apply`). */
  mayMake?: boolean
  /** Only looks: nothing is migrated, and tables may be missing (`doctor`). */
  asItStands?: boolean
}

/** Their own message says what to do. */
const TOLD = [FolderHeldError, FolderNotOursError, MigrationHeldError]
const ANSWER_WITHIN_MS = 10_000

const databaseOf = (config: Config): string => {
  if (!config.databaseUrl) return config.dataDir
  const { hosts, database } = readDatabaseUrl(config.databaseUrl)
  return `${hosts.map(placeOf).join(',')}/${database}`
}

/** Why there is nothing to open; undefined when there may be. */
function missing({ databaseUrl, dataDir }: Config): string | undefined {
  if (databaseUrl || holderOf(dataDir) || isThere(dataDir)) return undefined
  return (
    `There is no database here: DATABASE_URL isn't set, and ${dataDir} holds none.\n` +
    'Start the bot (npm start), publish workflows (signalbox apply), or set DATABASE_URL or DATA_DIR.'
  )
}

// What the driver (Node's codes) or Prisma (P…) says when there is nobody to talk to any more.
const GONE = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'P1001',
  'P1002',
  'P1017',
])

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && GONE.has(error.code)

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The queue's tables are made by whoever makes ours: the bot's own role (deploy/grants.sql) may not. */
async function makeQueue(db: Database): Promise<void> {
  const { makeQueueTables } = await import('../queue/tables.ts')
  await makeQueueTables(db)
}

async function open(config: Config, { mayMake = false, asItStands = false }: DatabaseUse): Promise<Database> {
  let db: Database | undefined
  try {
    db = await openForCommand(config)
    await within(db.prisma.$queryRaw`SELECT 1`, ANSWER_WITHIN_MS)
    if (asItStands) return db
    // A folder that is opened directly belongs to this program alone; a server's tables are the bot's to change.
    if (mayMake ? db.kind !== 'through-owner' : db.kind === 'embedded') await db.migrate()
    if (mayMake && db.kind === 'server') await makeQueue(db)
    const [tables] = await db.prisma.$queryRaw<{ there: boolean }[]>`
      SELECT to_regclass('workflow') IS NOT NULL AS there`
    if (!tables?.there)
      throw new Error('it has no Signalbox tables yet. Start the bot, or run signalbox apply')
    return db
  } catch (error) {
    await db?.close().catch(() => {})
    if (TOLD.some((kind) => error instanceof kind)) throw noDatabase((error as Error).message)
    throw noDatabase(
      databaseProblem(error) ?? `The database at ${databaseOf(config)} can't be used: ${saidOf(error)}`,
    )
  }
}

/** Opens the database for `work` and closes it afterwards. Ends the command with exit code 3 when it cannot. */
export async function withDatabase<T>(
  work: (db: Database, config: Config) => Promise<T>,
  use: DatabaseUse = {},
): Promise<T> {
  const config = readConfig()
  const nothing = use.mayMake ? undefined : missing(config)
  if (nothing) throw noDatabase(nothing)
  const db = await open(config, use)
  try {
    return await work(db, config)
  } catch (error) {
    if (error instanceof TransactionTimeError) throw noDatabase(error.message)
    if (!isGone(error)) throw error
    throw noDatabase(
      `The database at ${databaseOf(config)} closed the connection during the command: ${saidOf(error)}`,
    )
  } finally {
    await db.close()
  }
}

/** The same for a command that can do without one; undefined: there is none that it can use. */
export async function withDatabaseIfThere<T>(
  work: (db: Database, config: Config) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withDatabase(work)
  } catch (error) {
    if (error instanceof CommandEnd && error.code === exitCodes.noDatabase) return undefined
    throw error
  }
}
