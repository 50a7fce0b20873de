// A URL of PostgreSQL means here what it means to PostgreSQL's own clients, and what is wrong with it is said.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from '../../src/config.ts'
import { placeOf, readDatabaseUrl } from '../../src/domain/database-url.ts'

const places = (url: string) => readDatabaseUrl(url).hosts.map(placeOf)
const passedOn = (url: string) => readDatabaseUrl(url).hosts.map(readDatabaseUrl(url).withHost)

const hosts: [url: string, hosts: string[]][] = [
  ['postgresql://u@db.example.com/x', ['db.example.com:5432']],
  ['postgres://u:p@db:6000/x', ['db:6000']],
  ['postgresql://u@a:1,b:2,c/x?target_session_attrs=read-write', ['a:1', 'b:2', 'c:5432']],
  ['postgresql://u@[::1]:1,[::2]/x', ['[::1]:1', '[::2]:5432']],
  ['postgresql://%2Frun%2Fpg/x', ['/run/pg']],
  ['postgresql:///x?host=/run/pg', ['/run/pg']],
  ['postgresql:///x?host=a,b&port=1,2', ['a:1', 'b:2']],
  ['postgresql://u@/x?host=a,b&port=7', ['a:7', 'b:7']],
  ['postgresql:///x', ['localhost:5432']],
]
for (const [url, expected] of hosts)
  test(`${url}: ${expected.join(', ')}`, () => assert.deepEqual(places(url), expected))

test('the driver gets one host at a time, and nothing of what it reads otherwise', () => {
  assert.deepEqual(
    passedOn('postgresql://u:p%40ss@a:1,b/x?sslmode=require&connect_timeout=3&application_name=me'),
    [
      'postgresql://u:p%40ss@localhost/x?application_name=me&host=a&port=1',
      'postgresql://u:p%40ss@localhost/x?application_name=me&host=b',
    ],
  )
})

test('without a mode it is prefer; ssl=true is require', () => {
  assert.equal(readDatabaseUrl('postgresql://a/x').sslMode, 'prefer')
  assert.equal(readDatabaseUrl('postgresql://a/x?ssl=true').sslMode, 'require')
})

const wrong: [url: string, said: RegExp][] = [
  ['mysql://a/x', /^a postgresql:\/\/ URL$/],
  ['postgresql://a:99999/x', /^the port of a must be 1–65535, got "99999"$/],
  ['postgresql://a:p4/x', /^the port of a must be 1–65535, got "p4"$/],
  ['postgresql:///x?host=a,b,c&port=1,2', /^host names 3, and port names 2/],
  ['postgresql://a/x?sslmode=no-verify', /^sslmode must be disable, .*, got "no-verify"$/],
  ['postgresql://a/x?ssl=no-verify', /^ssl=no-verify means nothing to PostgreSQL: write sslmode=/],
  ['postgresql://a/x?sslmode=verify-ca', /^sslmode=verify-ca needs sslrootcert=/],
  [
    'postgresql://a/x?sslmode=require&sslrootcert=system',
    /^sslrootcert=system needs sslmode=verify-full, got require$/,
  ],
  ['postgresql://a/x?sslmode=require&sslcert=c', /^sslcert and sslkey come together/],
  [
    'postgresql://a/x?sslnegotiation=direct',
    /^sslnegotiation=direct needs sslmode=require or stronger, got prefer$/,
  ],
  [
    'postgresql://a/x?target_session_attrs=standby',
    /^target_session_attrs=standby asks for a server that takes no/,
  ],
  ['postgresql://a/x?connect_timeout=soon', /^connect_timeout must be whole seconds, got "soon"$/],
]
for (const [url, said] of wrong)
  test(`${url} is refused`, () => assert.throws(() => readDatabaseUrl(url), { message: said }))

test('the environment is told which of its variables it is, without the password', () => {
  const env = { DATABASE_URL: 'postgresql://u:secret@a/x?sslmode=on', DIRECT_DATABASE_URL: 'x' }
  assert.throws(
    () => readConfig(env),
    (error: Error) =>
      error instanceof ConfigError &&
      /DATABASE_URL: sslmode must be .*, got "on"\n +DIRECT_DATABASE_URL: a postgresql/.test(error.message) &&
      !error.message.includes('secret'),
  )
  assert.throws(() => readConfig({ DIRECT_DATABASE_URL: 'postgresql://a/x' }), /DATABASE_URL: needed beside/)
})

test('PGSSLMODE is the mode of a URL that says none', () => {
  const read = readConfig({
    PGSSLMODE: 'require',
    DATABASE_URL: 'postgresql://a/x',
    DIRECT_DATABASE_URL: 'postgresql://a/x?sslmode=disable',
  })
  assert.equal(readDatabaseUrl(read.databaseUrl ?? '').sslMode, 'require')
  assert.equal(readDatabaseUrl(read.directDatabaseUrl ?? '').sslMode, 'disable')
})
