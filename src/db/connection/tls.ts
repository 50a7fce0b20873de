// How to encrypt, as PostgreSQL's own clients understand sslmode. The driver takes prefer, require and verify-ca for
// verify-full; so it gets the answer and not the mode.
// https://www.postgresql.org/docs/current/libpq-ssl.html
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { type DatabaseHost, type DatabaseUrl, DatabaseUrlError } from '../../domain/database-url.ts'
import { pathProblem } from '../../domain/text/path-problem.ts'

/** false: in the clear. */
export type Tls = false | ConnectionOptions

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new DatabaseUrlError(`${name}=${pathProblem(error, file) ?? `${file} cannot be read.`}`, {
      cause: error,
    })
  }
}

function encrypted({ sslMode, tls }: DatabaseUrl): ConnectionOptions {
  const { rootCert, cert, key, crl, passphrase, minVersion } = tls
  const ca = rootCert === undefined || rootCert === 'system' ? undefined : read('sslrootcert', rootCert)
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert: read('sslcert', cert) }),
    ...(key === undefined ? {} : { key: read('sslkey', key) }),
    ...(crl === undefined ? {} : { crl: read('sslcrl', crl) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(minVersion === undefined
      ? {}
      : { minVersion: minVersion as NonNullable<ConnectionOptions['minVersion']> }),
    // Whoever names an authority wants it asked, whatever the mode says: so do PostgreSQL's own clients.
    rejectUnauthorized: sslMode === 'verify-full' || ca !== undefined,
    ...(sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  }
}

/** In the order in which they are tried. Throws a DatabaseUrlError for a file that cannot be read. */
export function waysToEncrypt(url: DatabaseUrl, { host }: DatabaseHost): Tls[] {
  // On a Unix socket there is nothing to encrypt, and sslmode is ignored.
  if (host.startsWith('/') || url.sslMode === 'disable') return [false]
  const tls = encrypted(url)
  if (url.sslMode === 'prefer') return [tls, false]
  return url.sslMode === 'allow' ? [false, tls] : [tls]
}
