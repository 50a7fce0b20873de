// npm run migration -- <name> writes prisma/migrations/<time>_<name>/migration.sql: what prisma/schema.prisma has and the
// migrations so far lack (--check only tells, also of migrations that do more than add). Works offline: PGlite in memory stands in for the shadow database.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { applyMigrations } from '../src/db/migrations/apply.ts'
import { PRISMA_DIR, readMigrations } from '../src/db/migrations/records.ts'
import { onEmbedded } from '../src/db/migrations/session.ts'
import { datamodel, schemaEngine } from './schema-engine.ts'
import { problemsOf } from './two-steps.ts'

const name = process.argv[2]
const isCheck = name === '--check'
if (!isCheck && (!name || !/^[a-z0-9_]+$/.test(name))) {
  console.error('usage: npm run migration -- <name>   (a-z, 0-9 and _)')
  process.exit(2)
}
const problems = (await readMigrations()).flatMap(({ name: of, script }) => problemsOf(of, script))
if (isCheck && problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
const pglite = await PGlite.create()
const adapter = new PrismaPGlite(pglite)
await applyMigrations(onEmbedded(pglite))
const models = await datamodel()
const engine = await schemaEngine(adapter)
const { stdout } = await engine.diff({
  from: {
    tag: 'schemaDatasource',
    files: models.map(([path, content]) => ({ path, content })),
    configDir: PRISMA_DIR,
  },
  to: { tag: 'schemaDatamodel', files: models.map(([path, content]) => ({ path, content })) },
  script: true,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
})
engine.free()
await pglite.close()
if (!stdout?.trim() || stdout.includes('This is an empty migration')) {
  console.log('prisma/schema.prisma has nothing that the migrations lack')
  process.exit(0)
}
if (isCheck) {
  console.error(`prisma/schema.prisma has what the migrations lack:\n${stdout}`)
  process.exit(1)
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
const dir = join(PRISMA_DIR, 'migrations', `${stamp}_${name}`)
await mkdir(dir, { recursive: true })
await writeFile(join(dir, 'migration.sql'), stdout)
console.log(`wrote ${join(dir, 'migration.sql')}; add what Prisma cannot express (checks, triggers) by hand`)
for (const problem of problemsOf(`${stamp}_${name}`, stdout)) console.log(problem)
