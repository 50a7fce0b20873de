// Applies prisma/migrations at start. Two replicas may start at once: the caller holds an advisory lock.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { Tx } from './open.ts'

export const PRISMA_DIR = join(import.meta.dirname, '../../prisma')
const MIGRATIONS_DIR = join(PRISMA_DIR, 'migrations')
const FILTERS = { externalTables: [], externalEnums: [] }

async function migrationNames(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS_DIR, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).toSorted()
}

export interface MigrationStanding {
  applied: string[]
  /** Of this program, and not (or not wholly) applied. */
  missing: string[]
  /** Applied, and unknown to this program: a newer one was here. */
  newer: string[]
}

/** Which migrations of this program the database has. */
export async function migrationStanding(tx: Tx): Promise<MigrationStanding> {
  const wanted = await migrationNames()
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT migration_name AS name FROM "_prisma_migrations"
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
  const there = new Set(rows.map(({ name }) => name))
  return {
    applied: wanted.filter((name) => there.has(name)),
    missing: wanted.filter((name) => !there.has(name)),
    newer: [...there].filter((name) => !wanted.includes(name)),
  }
}

/** Throws, with their names, when migrations of this program are missing in the database. */
export async function allApplied(tx: Tx): Promise<void> {
  const { missing } = await migrationStanding(tx)
  if (missing.length > 0) throw new Error(`not applied: ${missing.join(', ')}`)
}

/** Whether nothing is left to apply. Asked first: the engine that applies takes half a second and tens of MB to say so. */
export async function isUpToDate(tx: Tx): Promise<boolean> {
  const [table] = await tx.$queryRaw<{ isThere: boolean }[]>`
    SELECT to_regclass('_prisma_migrations') IS NOT NULL AS "isThere"`
  return table?.isThere === true && (await migrationStanding(tx)).missing.length === 0
}

async function migrationsList() {
  const migrationDirectories = await Promise.all(
    (await migrationNames()).map(async (path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(join(MIGRATIONS_DIR, path, 'migration.sql'), 'utf8'),
        },
      },
    })),
  )
  const content = await readFile(join(MIGRATIONS_DIR, 'migration_lock.toml'), 'utf8')
  return {
    baseDir: MIGRATIONS_DIR,
    lockfile: { path: './migration_lock.toml', content },
    shadowDbInitScript: '',
    migrationDirectories,
  }
}

export async function datamodel(): Promise<[string, string][]> {
  return [['schema.prisma', await readFile(join(PRISMA_DIR, 'schema.prisma'), 'utf8')]]
}

/** Runs a script of several statements as one simple query: all of it or nothing. */
export type RunScript = (sql: string) => Promise<unknown>

// The adapters' own executeScript splits at every semicolon (also inside comments and function bodies) or does
// not wait for the end, so a migration's script is run by the driver itself.
function withScripts(
  factory: SqlMigrationAwareDriverAdapterFactory,
  runScript: RunScript,
): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connectToShadowDb: () => factory.connectToShadowDb(),
    connect: async () => {
      const connection = await factory.connect()
      connection.executeScript = async (script) => void (await runScript(script))
      return connection
    },
  }
}

/** Applies what is not applied yet; resolves with the names of the migrations applied now. */
export async function applyMigrations(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  runScript: RunScript,
): Promise<string[]> {
  const { schemaEngine } = await import('./schema-engine.ts')
  const engine = await schemaEngine(withScripts(adapter, runScript), await datamodel())
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await migrationsList(),
      filters: FILTERS,
    })
    return appliedMigrationNames
  } finally {
    engine.free()
  }
}
