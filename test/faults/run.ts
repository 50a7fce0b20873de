// npm run faults [-- words]: what takes minutes, one file after the other; words keep the files with one of them in their
// path. On the server of TEST_DATABASE_URL or one that is started for it; with TEST_DATABASE=embedded on the embedded database.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { findBinaries, startPostgres } from '../suite/postgres.ts'

process.chdir(join(import.meta.dirname, '../..'))
const words = process.argv.slice(2)
const files = globSync('test/faults/*.faults.ts')
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .toSorted()
if (files.length === 0) {
  console.error(`No file of test/faults has "${words.join('" or "')}" in its path.`)
  process.exit(2)
}

async function ownServer() {
  if (process.env['TEST_DATABASE'] === 'embedded' || process.env['TEST_DATABASE_URL']) return undefined
  const binaries = findBinaries()
  if (binaries !== undefined) return startPostgres(binaries)
  console.error('TEST_DATABASE_URL is not set, and this machine has no PostgreSQL binaries.')
  process.exit(1)
}

const server = await ownServer()
const options = ['--import', './src/runtime.js', '--test', '--test-concurrency=1', '--test-reporter=spec']
const child = spawn(process.execPath, [...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, ...(server && { TEST_DATABASE: 'server', TEST_DATABASE_URL: server.url }) },
})
// Ctrl-C reaches the tests too: the server ends after them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
const [code] = (await once(child, 'exit')) as [number | null]
await server?.stop()
process.exit(code ?? 1)
