// npm start: every role in one process, as `signalbox start`.
import module from 'node:module'
import { join } from 'node:path'

// What was stripped and compiled is kept for the next start. In our own folder, not in a /tmp that others write to.
module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'))
const { startAll, startProblem } = await import('./start.ts')
try {
  await startAll()
} catch (error) {
  const problem = startProblem(error)
  if (problem === undefined) throw error
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
