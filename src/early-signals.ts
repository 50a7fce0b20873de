// Ctrl-C, SIGTERM and a terminal that is closed, from the first moment. Until the bot runs and stops in order, the system's own way out is the right one:
// it ends a process at once, also in the middle of what blocks it (the embedded database is compiled and made for seconds),
// and nothing needs finishing, for whatever is being made is a transaction or a folder beside the real one. Only the first
// process of a container has no such way: there a signal without a listener is lost.
/** What a shell says of a program that such a signal ended. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }
type Ending = keyof typeof CODES
const SIGNALS: readonly Ending[] = ['SIGHUP', 'SIGINT', 'SIGTERM']

const leave = (signal: NodeJS.Signals) =>
  process.exit(signal === 'SIGINT' || signal === 'SIGHUP' ? CODES[signal] : CODES.SIGTERM)

/** Asked more than once it is the same. */
export function leaveOnSignals(): void {
  if (process.pid === 1) for (const signal of SIGNALS) process.off(signal, leave).on(signal, leave)
}

/** From now on `stop` answers them. */
export function stopOnSignals(stop: (signal: Ending) => void): void {
  for (const signal of SIGNALS) process.off(signal, leave).on(signal, () => stop(signal))
}

const LOOKED_AT_EVERY_MS = 1000
/** Read as the process begins: npm may be gone before the bot runs. */
const parent = process.ppid

/**
 * Under npm, which hands on SIGINT and SIGTERM and ends of a SIGHUP by itself: `stop` is called when npm is gone, or the bot
 * would live on without anybody who could stop it.
 */
export function stopWithNpm(stop: (signal: Ending) => void): void {
  setInterval(() => {
    if (process.ppid !== parent) stop('SIGHUP')
  }, LOOKED_AT_EVERY_MS).unref()
}
