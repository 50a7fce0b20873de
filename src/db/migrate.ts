// Applies prisma/migrations at start. Two replicas may start at once: the caller holds an advisory lock.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { schemaEngine } from './schema-engine.ts'

export const PRISMA_DIR = join(import.meta.dirname, '../../prisma')
const MIGRATIONS_DIR = join(PRISMA_DIR, 'migrations')
const FILTERS = { externalTables: [], externalEnums: [] }

export async function migrationsList() {
  const entries = await readdir(MIGRATIONS_DIR, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const migrationDirectories = await Promise.all(
    names.toSorted().map(async (path) => ({
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
