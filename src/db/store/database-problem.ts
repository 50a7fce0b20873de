// Why the database could not be used, as a sentence that says what to set or start. Pure: reads what the driver and Prisma
// leave on the error.
import { DatabaseUnusableError } from '../connection/problem.ts'
import { TransactionTimeError } from './transaction-time.ts'

interface Cause {
  kind: string
  originalMessage?: string
  originalCode?: string
  host?: string
  port?: number
}

/** What Prisma's adapter says it met, where the error is Prisma's. */
function causeOf(error: object): Cause | undefined {
  const meta =
    'meta' in error ? (error.meta as { driverAdapterError?: { cause?: Cause } } | undefined) : undefined
  return meta?.driverAdapterError?.cause
}

const NO_ANSWER = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'P1001'])

/** duplicate_table, duplicate_object, duplicate_function, duplicate_column: a migration found its names taken. */
const OF_OTHERS = new Set(['42P07', '42710', '42723', '42701'])

/** What went wrong, in one line: what the driver met where Prisma tells it, else the error's own last line. */
export function saidOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = causeOf(error)
  return cause?.originalMessage ?? cause?.kind ?? error.message.trim().split('\n').at(-1) ?? error.name
}

/** undefined: whatever it is, it is not that the database cannot be reached or used. */
export function databaseProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof DatabaseUnusableError || error instanceof TransactionTimeError) return error.message
  const { code } = error as NodeJS.ErrnoException
  const cause = causeOf(error)
  const said = saidOf(error)
  if ((cause?.originalCode ?? code) === '42501')
    return `The role of DATABASE_URL may not make or change tables (${said}). Run signalbox apply with the owner's DATABASE_URL, then deploy/grants.sql.`
  if (OF_OTHERS.has(cause?.originalCode ?? code ?? ''))
    return `The database holds something of another program where a table of Signalbox is to be made (${said}). Name one that is Signalbox's alone in DATABASE_URL.`
  if (cause?.kind === 'DatabaseNotReachable') {
    const at = [cause.host, cause.port].filter((part) => part !== undefined).join(':')
    return `Nothing answers at ${at || 'the server of DATABASE_URL'}. Is the database running, and DATABASE_URL right?`
  }
  if (NO_ANSWER.has(code ?? '') || /^(Connection terminated|timeout expired)/.test(said))
    return `The server of DATABASE_URL does not answer (${said || code}). Is it running, and DATABASE_URL right?`
  return undefined
}
