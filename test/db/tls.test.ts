// sslmode and its files mean what PostgreSQL's documentation says they mean, on a server of our own that speaks TLS.
// https://www.postgresql.org/docs/current/libpq-ssl.html
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from 'pg'
import { openConnections } from '../../src/db/connection/connections.ts'
import { hasOpenssl, makeCertificate } from '../suite/certificates.ts'
import { findBinaries, startPostgres, type TestServer } from '../suite/postgres.ts'

const binaries = findBinaries()
const skip =
  (binaries === undefined && 'this machine has no PostgreSQL binaries') ||
  (!hasOpenssl() && 'this machine has no openssl')

describe('a server with TLS', { skip }, () => {
  let postgres: TestServer
  const file = (name: string) => join(postgres.dir, name)

  async function tell(...settings: string[]): Promise<void> {
    const client = new Client({ connectionString: postgres.url })
    await client.connect()
    for (const setting of settings) await client.query(setting)
    await client.query('SELECT pg_reload_conf()')
    await client.end()
  }
  /** Which connections the server takes: `host` any, `hostssl` encrypted ones, `hostnossl` the others. */
  async function takes(kind: 'host' | 'hostssl' | 'hostnossl', options = ''): Promise<void> {
    const all = ['127.0.0.1/32', '::1/128'].map(
      (address) => `${kind} all all ${address} scram-sha-256 ${options}`,
    )
    writeFileSync(file('data/pg_hba.conf'), ['local all all trust', ...all, ''].join('\n'))
    const { username, password, port } = new URL(postgres.url)
    const client = new Client({
      host: postgres.dir,
      port: Number(port),
      user: username,
      password,
      database: 'postgres',
    })
    await client.connect()
    await client.query('SELECT pg_reload_conf()')
    await client.end()
  }

  before(async () => {
    postgres = await startPostgres(binaries ?? '')
    for (const name of ['ca', 'other-ca']) makeCertificate(postgres.dir, name, { subject: name })
    const { cert, key } = makeCertificate(postgres.dir, 'server', { subject: 'localhost', authority: 'ca' })
    makeCertificate(postgres.dir, 'client', { subject: 'signalbox', authority: 'ca' })
    await tell(
      `ALTER SYSTEM SET ssl_cert_file = '${cert}'`,
      `ALTER SYSTEM SET ssl_key_file = '${key}'`,
      `ALTER SYSTEM SET ssl_ca_file = '${file('ca.crt')}'`,
      'ALTER SYSTEM SET ssl = on',
    )
  })
  after(() => postgres.stop())

  /** What the server says of the connection: the protocol's version, or null in the clear. */
  async function asked(query: string, host = '127.0.0.1'): Promise<string | null> {
    const url = new URL(postgres.url)
    url.hostname = host
    url.search = query.replaceAll('%dir', postgres.dir)
    const { pooled } = await openConnections(url.href, undefined)
    // A connection for work goes the same way.
    const client = pooled.client({})
    await client.connect()
    const { rows } = await client.query<{ version: string | null }>(
      'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    )
    await client.end()
    assert.equal(pooled.endpoint().server.tls, rows[0]?.version)
    return rows[0]?.version ?? null
  }

  const works: [query: string, host: string, version: string | null][] = [
    ['', '127.0.0.1', 'TLSv1.3'],
    ['sslmode=prefer', '127.0.0.1', 'TLSv1.3'],
    ['sslmode=disable', '127.0.0.1', null],
    ['sslmode=allow', '127.0.0.1', null],
    ['sslmode=require', '127.0.0.1', 'TLSv1.3'],
    ['sslmode=require&sslrootcert=%dir/ca.crt', '127.0.0.1', 'TLSv1.3'],
    ['sslmode=verify-ca&sslrootcert=%dir/ca.crt', '127.0.0.1', 'TLSv1.3'],
    ['sslmode=verify-full&sslrootcert=%dir/ca.crt', 'localhost', 'TLSv1.3'],
    // What does not hold is gone without, as the mode says.
    ['sslmode=prefer&sslrootcert=%dir/other-ca.crt', '127.0.0.1', null],
  ]
  for (const [query, host, version] of works)
    test(`${query || 'no mode'} on ${host}: ${version ?? 'in the clear'}`, async () => {
      await takes('host')
      assert.equal(await asked(query, host), version)
    })

  const refused: [query: string, host: string, said: RegExp][] = [
    [
      'sslmode=verify-full&sslrootcert=%dir/ca.crt',
      '127.0.0.1',
      /^DATABASE_URL says sslmode=verify-full, and the certificate of 127\.0\.0\.1:\d+ is not for that name: connect by a name that stands in it, or write sslmode=verify-ca \(/,
    ],
    [
      'sslmode=verify-full',
      'localhost',
      /^DATABASE_URL says sslmode=verify-full, and the certificate of localhost:\d+ is from an authority that is not known here: name that authority's file in sslrootcert \(/,
    ],
    ...['require', 'verify-ca'].map((mode): [string, string, RegExp] => [
      `sslmode=${mode}&sslrootcert=%dir/other-ca.crt`,
      '127.0.0.1',
      new RegExp(
        `^DATABASE_URL says sslmode=${mode}, and the certificate of .* is from an authority that is not known`,
      ),
    ]),
    [
      'sslmode=verify-ca&sslrootcert=%dir/none.crt',
      '127.0.0.1',
      /^DATABASE_URL: sslrootcert=.*\/none\.crt: there is no such file or folder\.$/,
    ],
  ]
  for (const [query, host, said] of refused)
    test(`${query} on ${host} is refused in one sentence`, async () => {
      await takes('host')
      await assert.rejects(asked(query, host), { message: said })
    })

  test('where only encrypted connections are taken, allow and prefer encrypt; disable is refused and says so', async () => {
    await takes('hostssl')
    assert.equal(await asked('sslmode=allow'), 'TLSv1.3')
    assert.equal(await asked('sslmode=prefer'), 'TLSv1.3')
    await assert.rejects(asked('sslmode=disable'), {
      message:
        /^The server refused the connection of DATABASE_URL: no pg_hba\.conf entry .*no encryption \(sslmode=disable\)\.$/,
    })
  })

  test('where only unencrypted ones are taken, prefer goes without, and require does not', async () => {
    await takes('hostnossl')
    assert.equal(await asked('sslmode=prefer'), null)
    await assert.rejects(asked('sslmode=require'), {
      message: /^The server refused the connection of DATABASE_URL: /,
    })
  })

  test('a server that asks for a certificate of the client gets sslcert, with sslkey', async () => {
    await takes('hostssl', 'clientcert=verify-full')
    const root = 'sslmode=verify-ca&sslrootcert=%dir/ca.crt'
    assert.equal(await asked(`${root}&sslcert=%dir/client.crt&sslkey=%dir/client.key`), 'TLSv1.3')
    await assert.rejects(asked(root), { message: /connection requires a valid client certificate/ })
  })

  test('a certificate that has run out is said to be so; a server without TLS too', async () => {
    await takes('host')
    makeCertificate(postgres.dir, 'server', { subject: 'localhost', authority: 'ca', days: -1 })
    await tell('SELECT pg_reload_conf()')
    const full = 'sslmode=verify-full&sslrootcert=%dir/ca.crt'
    await assert.rejects(asked(full, 'localhost'), {
      message: /is not valid today: renew it on the server \(/,
    })
    await tell('ALTER SYSTEM SET ssl = off')
    await assert.rejects(asked('sslmode=require'), {
      message: /does not offer TLS: turn ssl on there, or write sslmode=prefer to go without\.$/,
    })
    assert.equal(await asked(''), null)
  })
})
