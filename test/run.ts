// `npm test`: the whole suite on the embedded database, then what uses a database again on PostgreSQL, where there
// is one: TEST_DATABASE_URL, or binaries to start one from. Words after `--` keep the files whose path has them in it.
// `npm run test:changed [-- <branch>]`: the files that reach what git says was changed, nearest first.
import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { changedFiles } from './suite/changed.ts'
import { distanceTo } from './suite/reach.ts'
import { findBinaries, startPostgres, type TestServer } from './suite/postgres.ts'
import { type Counts, runPass } from './suite/pass.ts'

const ROOT = join(import.meta.dirname, '..')
const DATABASE = join(import.meta.dirname, 'database.ts')
const stopping = new AbortController()

/** Whether a test file reaches test/database.ts through its imports inside the test folder. */
const usesDatabase = (file: string): boolean =>
  distanceTo(file, [DATABASE], import.meta.dirname) !== undefined

/** Of these, the files that reach what was changed, the nearest first. */
function reachingChanges(files: string[], since: string | undefined): string[] {
  const changed = changedFiles(ROOT, since)
  const distances = files
    .map((file) => ({ file, distance: distanceTo(file, changed, ROOT) }))
    .filter((one): one is { file: string; distance: number } => one.distance !== undefined)
  process.stdout.write(
    `${changed.length} files changed since ${since ?? 'the last commit'}; ${distances.length} of ${files.length} test files reach them.\n`,
  )
  return distances.toSorted((a, b) => a.distance - b.distance).map(({ file }) => file)
}

async function server(): Promise<Pick<TestServer, 'url' | 'version' | 'stop'> | string> {
  const url = process.env['TEST_DATABASE_URL']
  if (url) return { url, version: 'the server of TEST_DATABASE_URL', stop: async () => {} }
  const binaries = findBinaries()
  if (binaries === undefined)
    return 'TEST_DATABASE_URL is not set, and this machine has no PostgreSQL binaries'
  try {
    return await startPostgres(binaries)
  } catch (error) {
    return `the binaries in ${binaries} did not start: ${error instanceof Error ? error.message : String(error)}`
  }
}

const totals: Counts = { passed: 0, failed: 0, skipped: 0 }
const flaky: string[] = []
async function pass(title: string, files: string[]): Promise<void> {
  process.stdout.write(`\n${title}: ${files.length} files\n`)
  const { counts, flaky: found } = await runPass(files, stopping.signal)
  flaky.push(...found)
  for (const name of ['passed', 'failed', 'skipped'] as const) totals[name] += counts[name]
}

process.chdir(ROOT)
// Each file is a process of its own: what one has stripped and compiled, the next need not.
process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/node')
const isChanged = process.argv[2] === '--changed'
const words = process.argv.slice(isChanged ? 4 : 2)
const found = globSync('test/**/*.test.ts')
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .map((file) => resolve(file))
  .toSorted()
const all = isChanged ? reachingChanges(found, process.argv[3]) : found
if (isChanged && all.length === 0) process.exit(0)
if (all.length === 0) {
  console.error(`No test file has "${words.join('" or "')}" in its path.`)
  process.exit(2)
}
const withDatabase = all.filter((file) => usesDatabase(file))
const only = process.env['TEST_DATABASE']
const ranOn: string[] = []

let started: Pick<TestServer, 'stop'> | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stopping.abort()
    void (started?.stop() ?? Promise.resolve()).finally(() => process.exit(130))
  })
}

if (only !== 'server') {
  process.env['TEST_DATABASE'] = 'embedded'
  await pass('On the embedded database (PGlite)', all)
  ranOn.push('embedded (PGlite)')
}
if (only !== 'embedded' && withDatabase.length > 0) {
  const at = await server()
  if (typeof at === 'string') {
    process.stdout.write(`\nNot on PostgreSQL: ${at}\n`)
    // Asked for by name, and not there: that is a failure.
    if (only === 'server') process.exit(1)
  } else {
    started = at
    process.env['TEST_DATABASE'] = 'server'
    process.env['TEST_DATABASE_URL'] = at.url
    try {
      await pass(`On PostgreSQL (${at.version}), the files that use a database`, withDatabase)
    } finally {
      await at.stop()
    }
    ranOn.push(`PostgreSQL (${at.version})`)
  }
}
if (flaky.length > 0)
  process.stdout.write(
    `\nFlaky (failed beside others, passed alone):\n${flaky.map((file) => `  ${file}\n`).join('')}`,
  )
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
process.stdout.write(
  `\nRan on: ${ranOn.join('; ')}\n${totals.passed} passed, ${totals.failed} failed${skipped}\n`,
)
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0)
