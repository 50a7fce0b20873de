// Configuration of the Prisma CLI.
import { defineConfig } from 'prisma/config'

// generate, validate and format need no schema engine, yet the CLI would download one first. A stub spares
// machines without that download; commands that do need the engine (migrate, db) keep the real one.
const NEED_NO_ENGINE = ['generate', 'validate', 'format']
if (process.argv.some((word) => NEED_NO_ENGINE.includes(word))) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/signalbox' },
})
