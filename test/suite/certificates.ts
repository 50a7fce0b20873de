// Certificates for a server under test, made by the openssl command.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runner } from './postgres.ts'

const openssl = (dir: string, ...words: string[]) =>
  execFileSync('openssl', words, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A certificate `name.crt` with `name.key` in `dir`; without an authority it signs itself. */
export function makeCertificate(
  dir: string,
  name: string,
  { subject, authority, days = 2 }: { subject: string; authority?: string; days?: number },
): { cert: string; key: string } {
  const [key, cert] = [`${name}.key`, `${name}.crt`]
  openssl(dir, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key)
  const extensions = `${name}.ext`
  const isAuthority = authority === undefined
  writeFileSync(
    join(dir, extensions),
    isAuthority ? 'basicConstraints=critical,CA:TRUE' : `subjectAltName=DNS:${subject}`,
  )
  openssl(dir, 'req', '-new', '-key', key, '-subj', `/CN=${subject}`, '-out', `${name}.csr`)
  const by = isAuthority
    ? ['-signkey', key]
    : ['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`, '-CAcreateserial']
  const how = ['-req', '-in', `${name}.csr`, '-days', String(days), '-extfile', extensions]
  openssl(dir, 'x509', ...how, ...by, '-out', cert)
  chmodSync(join(dir, key), 0o600)
  const as = runner()
  if (as) for (const file of [key, cert]) chownSync(join(dir, file), as.uid, as.gid)
  return { cert: join(dir, cert), key: join(dir, key) }
}
