// Why a server cannot be used, as a sentence that says what to set or start. Reads what the driver leaves on the error.
import { DatabaseUrlError, type SslMode } from '../../domain/database-url.ts'

/** The message is for whoever set the variable. */
export class DatabaseUnusableError extends Error {}

/** A server that takes no writes, found where one was needed. */
export class ReadOnlyError extends Error {
  constructor(isStandby: boolean) {
    super(
      isStandby
        ? 'is a standby, which takes no writes'
        : 'takes no writes (default_transaction_read_only is on)',
    )
  }
}

export interface Asked {
  variable: string
  /** `db.example.com:5432` */
  place: string
  database: string
  sslMode: SslMode
}

const NO_ANSWER = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'ETIMEDOUT',
])
const EXPIRED = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_(UNTRUSTED|REJECTED|SIGNATURE)|INVALID_CA)/
const TLS = /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|HOSTNAME_MISMATCH|EPROTO)/
// The driver gives these two no code.
const NOT_OFFERED = 'The server does not support SSL connections'
const NOT_SPOKEN = 'There was an error establishing an SSL connection'

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whether it is the encryption that did not work. */
export const isAboutTls = (error: unknown): boolean =>
  TLS.test(codeOf(error)) ||
  UNTRUSTED.test(codeOf(error)) ||
  [NOT_OFFERED, NOT_SPOKEN].includes(messageOf(error))

function tlsProblem(error: unknown, { variable, place, sslMode }: Asked): string {
  const code = codeOf(error)
  const said = messageOf(error)
  const begins = `${variable} says sslmode=${sslMode}, and`
  if (said === NOT_OFFERED)
    return `${begins} ${place} does not offer TLS: turn ssl on there, or write sslmode=prefer to go without.`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return `${begins} the certificate of ${place} is not for that name: connect by a name that stands in it, or write sslmode=verify-ca (${said}).`
  if (EXPIRED.has(code))
    return `${begins} the certificate of ${place} is not valid today: renew it on the server (${said}).`
  if (UNTRUSTED.test(code))
    return `${begins} the certificate of ${place} is from an authority that is not known here: name that authority's file in sslrootcert (${said}).`
  return `${begins} no encrypted connection to ${place} comes about: ${said}.`
}

/** One sentence, whatever went wrong. */
export function connectionProblem(error: unknown, asked: Asked): string {
  const { variable, place, database, sslMode } = asked
  const said = messageOf(error)
  if (error instanceof DatabaseUrlError) return `${variable}: ${said}`
  if (error instanceof ReadOnlyError)
    return `${place} (${variable}) ${said}: name the primary, or all hosts (host1,host2).`
  if (isAboutTls(error)) return tlsProblem(error, asked)
  switch (codeOf(error)) {
    case '3D000':
      return `There is no database "${database}" on the server of ${variable}. Create it (createdb), or name another one.`
    case '28P01':
      return `The server refused the user or password in ${variable}: ${said}.`
    case '28000':
      return `The server refused the connection of ${variable}: ${said} (sslmode=${sslMode}).`
    case '57P03':
      return `${place} (${variable}) takes no connections yet: ${said}.`
  }
  if (NO_ANSWER.has(codeOf(error)))
    return `Nothing answers at ${place}. Is the database running, and ${variable} right?`
  if (/^(Connection terminated|timeout expired|Query read timeout)/.test(said))
    return `The server of ${variable} does not answer at ${place} (${said}). Is it running, and ${variable} right?`
  return `${place} (${variable}) cannot be used: ${said}.`
}
