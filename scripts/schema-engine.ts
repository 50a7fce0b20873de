// Prisma's own schema engine, as WebAssembly, without downloading a binary: writes what a migration lacks, and tells whether
// what our runner recorded is what Prisma would have recorded. Not part of the product.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { PRISMA_DIR, readMigrations } from '../src/db/migrations/records.ts'

let ready: Promise<void> | undefined

// The engine gives the advisory lock ten seconds and leaves that timer behind when it has the lock: a command would
// stay that long after its work. Whoever waits for the lock waits on the database, which keeps the process up.
const wait = (callback: () => void, ms: number) => setTimeout(callback, ms >>> 0).unref()
const imports = Object.fromEntries(
  Object.entries(bindings as unknown as Record<string, WebAssembly.ImportValue>).map(([name, binding]) => [
    name,
    name.startsWith('__wbg_setTimeout_') ? wait : binding,
  ]),
)

async function instantiate(): Promise<void> {
  const wasm = await readFile(
    new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')),
  )
  const { instance } = await WebAssembly.instantiate(wasm, {
    './schema_engine_bg.js': imports,
  })
  const glue = bindings as unknown as { __wbg_set_wasm(exports: unknown): void }
  glue.__wbg_set_wasm(instance.exports)
  const start = instance.exports['__wbindgen_start']
  if (typeof start === 'function') (start as () => void)()
}

export async function datamodel(): Promise<[string, string][]> {
  return [['schema.prisma', await readFile(join(PRISMA_DIR, 'schema.prisma'), 'utf8')]]
}

/** A schema engine over an open database. The caller frees it. */
export async function schemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
): Promise<bindings.SchemaEngine> {
  ready ??= instantiate()
  await ready
  const datamodels = await datamodel()
  return bindings.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
}

/** This program's migrations as the engine takes them. */
export async function migrationsList() {
  const baseDir = join(PRISMA_DIR, 'migrations')
  const migrations = await readMigrations()
  return {
    baseDir,
    lockfile: {
      path: './migration_lock.toml',
      content: await readFile(join(baseDir, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: script } },
    })),
  }
}
