// npm start: every role in one process, as `signalbox start`.
await import('./runtime.js')
const { startAll, startProblem } = await import('./start.ts')
try {
  await startAll()
} catch (error) {
  const problem = startProblem(error)
  if (problem === undefined) throw error
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
