// npm start: every role in one process, as `signalbox start`.
await import('./runtime.js')
const { leaveOnSignals } = await import('./early-signals.ts')
leaveOnSignals()
try {
  const { startAll } = await import('./start.ts')
  await startAll()
} catch (error) {
  // What Node prints of an error that nobody caught is the source of a library, thousands of characters.
  const { startProblem } = await import('./start-problem.ts')
  const { message, code } = startProblem(error)
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
