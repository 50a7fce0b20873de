// npm run bench — every bench after the other, each in a process of its own; what they print also stands as JSON in
// bench/results. Needs a PostgreSQL server (BENCH_DATABASE_URL) and a machine that does nothing else.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const benches = ['decide', 'captures', 'runs', 'latency', 'history', 'memory']
const failed: string[] = []
for (const name of benches) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) failed.push(name)
}
if (failed.length > 0) {
  console.error(`Did not finish: ${failed.join(', ')}`)
  process.exitCode = 1
}
