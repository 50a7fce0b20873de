// npm start: read the configuration, start the local Slack where no workspace is configured, build the app, say
// what runs where, stop on a signal.
import { startAll, startProblem } from './start.ts'

try {
  await startAll()
} catch (error) {
  const problem = startProblem(error)
  if (problem === undefined) throw error
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
