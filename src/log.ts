// Structured logs. Bodies, tokens and signatures never reach them: callers log ids, these paths are cut, and errors keep
// nothing of the data they quote.
import { escapedJson } from './domain/text/unprintable.ts'
import { errorForLog } from './error-for-log.ts'
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'

const SECRET_PATHS = [
  'token',
  'secret',
  'authorization',
  'signature',
  'body',
  'headers',
  'password',
  'cookie',
]

/** Lines go to stdout, or where a test looks at them. */
export function makeLog(level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorForLog },
    // A log is read on terminals too.
    hooks: { streamWrite: escapedJson },
    redact: {
      paths: SECRET_PATHS.flatMap((path) => [path, `*.${path}`, `*.*.${path}`]),
      censor: '[redacted]',
    },
  }
  return to ? pino(options, to) : pino(options)
}
export type { Logger }
