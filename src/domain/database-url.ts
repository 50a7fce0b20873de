// What the URL of a PostgreSQL says, read as PostgreSQL's own clients read it: one host or several, and how to encrypt.
// https://www.postgresql.org/docs/current/libpq-connect.html (34.1.1.2 and 34.1.2)

/** From no encryption at all to a certificate that is checked by authority and name. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof SSL_MODES)[number]

export interface DatabaseHost {
  /** A name, an address, or the folder of a Unix socket; '': the driver's own default. */
  host: string
  /** '': the driver's own default. */
  port: string
}

export interface DatabaseUrl {
  /** In the order in which they are tried. */
  hosts: DatabaseHost[]
  sslMode: SslMode
  /** Names of files, as they stand in the URL. `rootCert` may be `system`. */
  tls: Partial<Record<'rootCert' | 'cert' | 'key' | 'crl' | 'passphrase' | 'minVersion', string>>
  /** How long one host may take to answer. */
  connectWithinMs: number
  database: string
  /** For the driver, with one of the hosts and without what is said here. */
  withHost(host: DatabaseHost): string
}

/** What to write instead, as the end of a sentence that begins with the variable. */
export class DatabaseUrlError extends Error {}

const CONNECT_WITHIN_S = 10
const TLS_FILES = {
  sslrootcert: 'rootCert',
  sslcert: 'cert',
  sslkey: 'key',
  sslcrl: 'crl',
  sslpassword: 'passphrase',
  ssl_min_protocol_version: 'minVersion',
} as const
/** Servers that take writes: the bot needs one, so these all mean the same, with `any` of several hosts too. */
const WRITABLE = ['any', 'read-write', 'primary']
/** Read here, so that the driver, which knows most of them otherwise or not at all, never sees them. */
const OURS = [...Object.keys(TLS_FILES), 'sslmode', 'ssl', 'host', 'port', 'connect_timeout']
const OURS_TOO = ['target_session_attrs', 'uselibpqcompat', 'load_balance_hosts']

/** `[::1]:5432` and `db.example.com`, apart. */
function hostOf(text: string): DatabaseHost {
  const found = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text)
  if (!found) throw new DatabaseUrlError(`"${text}" is no host: an IPv6 address stands in brackets`)
  const [, host = '', port = ''] = found
  return { host: decodeURIComponent(host.replace(/^\[(.*)\]$/, '$1')), port }
}

/** `?host=a,b&port=1,2`, where the hosts do not stand before the path: a folder of sockets cannot. */
function hostsOfParameters(hosts: string, ports: string): DatabaseHost[] {
  const names = hosts.split(',')
  const each = ports.split(',')
  if (each.length > 1 && each.length !== names.length)
    throw new DatabaseUrlError(
      `host names ${names.length}, and port names ${each.length}: one each, or one for all`,
    )
  return names.map((host, at) => ({ host, port: each[at] ?? each[0] ?? '' }))
}

function sslModeOf(params: URLSearchParams): SslMode {
  const ssl = params.get('ssl')
  if (ssl !== null && ssl !== 'true')
    throw new DatabaseUrlError(`ssl=${ssl} means nothing to PostgreSQL: write sslmode=${SSL_MODES.join('|')}`)
  const said = params.get('sslmode') ?? (ssl === 'true' ? 'require' : 'prefer')
  const mode = SSL_MODES.find((one) => one === said)
  if (mode === undefined) throw new DatabaseUrlError(`sslmode must be ${SSL_MODES.join(', ')}, got "${said}"`)
  return mode
}

function checkTls(mode: SslMode, { rootCert, cert, key }: DatabaseUrl['tls'], params: URLSearchParams): void {
  if (mode === 'verify-ca' && rootCert === undefined)
    throw new DatabaseUrlError(
      'sslmode=verify-ca needs sslrootcert=<file with the authority that signed the server>',
    )
  if (rootCert === 'system' && mode !== 'verify-full')
    throw new DatabaseUrlError(`sslrootcert=system needs sslmode=verify-full, got ${mode}`)
  if ((cert === undefined) !== (key === undefined))
    throw new DatabaseUrlError('sslcert and sslkey come together: the certificate of the client, and its key')
  if (params.get('sslnegotiation') === 'direct' && ['disable', 'allow', 'prefer'].includes(mode))
    throw new DatabaseUrlError(`sslnegotiation=direct needs sslmode=require or stronger, got ${mode}`)
}

function checkHosts(hosts: DatabaseHost[]): void {
  for (const { host, port } of hosts)
    if (port !== '' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
      throw new DatabaseUrlError(`the port of ${host || 'the host'} must be 1–65535, got "${port}"`)
}

/** Throws a DatabaseUrlError; the text itself, which may have a password in it, is in none. */
export function readDatabaseUrl(text: string): DatabaseUrl {
  const found = /^(postgres(?:ql)?:\/\/)([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/.exec(text.trim())
  if (!found) throw new DatabaseUrlError('a postgresql:// URL')
  const [, scheme = '', authority = '', path = '', query = ''] = found
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, at + 1)
  const params = new URLSearchParams(query)
  const inParameters = params.get('host')
  const hosts =
    inParameters === null
      ? authority
          .slice(at + 1)
          .split(',')
          .map(hostOf)
      : hostsOfParameters(inParameters, params.get('port') ?? '')
  checkHosts(hosts)
  const wanted = params.get('target_session_attrs') ?? 'any'
  if (!WRITABLE.includes(wanted))
    throw new DatabaseUrlError(
      `target_session_attrs=${wanted} asks for a server that takes no writes: leave it out, or write read-write`,
    )
  const sslMode = sslModeOf(params)
  const tls = Object.fromEntries(
    Object.entries(TLS_FILES).flatMap(([name, key]) => {
      const value = params.get(name)
      return value ? [[key, value]] : []
    }),
  ) as DatabaseUrl['tls']
  checkTls(sslMode, tls, params)
  const seconds = Number(params.get('connect_timeout') ?? CONNECT_WITHIN_S)
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new DatabaseUrlError(
      `connect_timeout must be whole seconds, got "${params.get('connect_timeout')}"`,
    )
  return {
    hosts,
    sslMode,
    tls,
    connectWithinMs: (seconds || CONNECT_WITHIN_S) * 1000,
    database: decodeURIComponent(path.slice(1)),
    withHost({ host, port }) {
      const rest = new URLSearchParams(params)
      for (const name of [...OURS, ...OURS_TOO]) rest.delete(name)
      if (host) rest.set('host', host)
      if (port) rest.set('port', port)
      const said = rest.toString()
      return `${scheme}${user}localhost${path}${said && `?${said}`}`
    },
  }
}

/** As people name it. */
export const placeOf = ({ host, port }: DatabaseHost): string =>
  host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host || 'localhost'}:${port || '5432'}`
