// Prisma's own schema engine, as WebAssembly: migrations run without downloading a binary, on PGlite and on
// PostgreSQL, and leave the genuine _prisma_migrations table, so `prisma migrate deploy` agrees afterwards.
import { readFile } from 'node:fs/promises'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'

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

/** A schema engine over an open database. The caller frees it. `log` gets the engine's own lines. */
export async function schemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  datamodels: [string, string][],
  log: (line: string) => void = () => {},
): Promise<bindings.SchemaEngine> {
  ready ??= instantiate()
  await ready
  return bindings.SchemaEngine.new({ datamodels }, log, bindMigrationAwareSqlAdapterFactory(adapter))
}
