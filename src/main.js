// npm start: every role in one process, as `signalbox start`.
await import('./runtime.js')
const { leaveOnSignals } = await import('./early-signals.ts')
leaveOnSignals()
const { startAll, startProblem } = await import('./start.ts')
try {
  await startAll()
} catch (error) {
  // The stack alone: what Node prints of an error that nobody caught is the source of a library, thousands of characters.
  const problem = startProblem(error)
  process.stderr.write(`${problem?.message ?? error?.stack ?? error}\n`)
  process.exit(problem?.code ?? 1)
}
