// A database for one test file: its own, migrated, empty but for the queue's tables, gone afterwards. Copied from a
// template that is made once for each state of the migrations, because making one takes seconds.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { type Database, openDatabase } from '../src/db/store/open.ts'
import { makeQueueTables } from '../src/queue/tables.ts'

export interface TestDatabase {
  kind: 'embedded' | 'server'
  /** What openDatabase, openForCommand and the configuration of a bot under test take. */
  options: { databaseUrl: string | undefined; dataDir: string }
  /** The same as environment variables, for a process under test. */
  env: { DATABASE_URL: string; DATA_DIR: string }
  /** Deletes it. Close what is open on it first. */
  remove(): Promise<void>
}

const ROOT = join(import.meta.dirname, '..')
let made = 0

/** `TEST_DATABASE` (set by test/run.ts) says which; without it a TEST_DATABASE_URL is enough to mean a server. */
function serverUrl(): string | undefined {
  const { TEST_DATABASE, TEST_DATABASE_URL } = process.env
  if (TEST_DATABASE === 'embedded') return undefined
  if (TEST_DATABASE === 'server' && !TEST_DATABASE_URL)
    throw new Error('TEST_DATABASE=server needs a TEST_DATABASE_URL')
  return TEST_DATABASE_URL || undefined
}

/** Whether the databases of this run of the tests are on a server. */
export const isOnServer = (): boolean => serverUrl() !== undefined

/** What the template depends on: a change in any of it makes a new one. */
function templateHash(): string {
  const hash = createHash('sha256')
  const migrations = join(ROOT, 'prisma/migrations')
  for (const name of readdirSync(migrations).toSorted()) {
    const file = join(migrations, name, 'migration.sql')
    if (existsSync(file)) hash.update(name).update(readFileSync(file))
  }
  for (const file of ['package.json', 'src/queue/jobs.ts', 'src/queue/tables.ts'])
    hash.update(readFileSync(join(ROOT, file)))
  return hash.digest('hex').slice(0, 12)
}

async function prepare(options: TestDatabase['options']): Promise<void> {
  const database = await openDatabase(options)
  try {
    await database.migrate()
    await makeQueueTables(database)
  } finally {
    await database.close()
  }
}

async function embeddedTemplate(): Promise<string> {
  const template = join(tmpdir(), `signalbox-template-${userInfo().uid}-${templateHash()}`)
  if (existsSync(template)) return template
  const fresh = mkdtempSync(join(tmpdir(), 'signalbox-template-new-'))
  await prepare({ databaseUrl: undefined, dataDir: fresh })
  try {
    renameSync(fresh, template)
  } catch (error) {
    // Another test file made it meanwhile: theirs is as good.
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(template)) throw error
  }
  return template
}

const newDataDir = () => mkdtempSync(join(tmpdir(), 'signalbox-test-'))

const embeddedIn = (dataDir: string): TestDatabase => ({
  kind: 'embedded',
  options: { databaseUrl: undefined, dataDir },
  env: { DATABASE_URL: '', DATA_DIR: dataDir },
  remove: async () => rmSync(dataDir, { recursive: true, force: true }),
})

async function embedded(): Promise<TestDatabase> {
  const dataDir = newDataDir()
  // The copy that does not wait is four times as slow.
  cpSync(await embeddedTemplate(), dataDir, { recursive: true })
  return embeddedIn(dataDir)
}

const named = (server: string, name: string): string => {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function withAdmin<T>(server: string, work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({ connectionString: server })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

function serverDatabase(server: string, name: string, dataDir: string): TestDatabase {
  const databaseUrl = named(server, name)
  return {
    kind: 'server',
    options: { databaseUrl, dataDir },
    env: { DATABASE_URL: databaseUrl, DATA_DIR: dataDir },
    async remove() {
      await withAdmin(server, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`))
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function onServer(server: string): Promise<TestDatabase> {
  const template = `signalbox_template_${templateHash()}`
  made += 1
  const name = `signalbox_test_${process.pid}_${made}`
  const dataDir = newDataDir()
  await withAdmin(server, async (admin) => {
    // One test file makes the template, the others wait for it. A session's lock: gone with the connection.
    await admin.query(`SELECT pg_advisory_lock(hashtext('signalbox test template'))`)
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template])
    if (rowCount === 0) {
      const fresh = `${template}_new`
      await admin.query(`DROP DATABASE IF EXISTS ${fresh} WITH (FORCE)`)
      await admin.query(`CREATE DATABASE ${fresh}`)
      await prepare({ databaseUrl: named(server, fresh), dataDir })
      await admin.query(`ALTER DATABASE ${fresh} RENAME TO ${template}`)
    }
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  })
  return serverDatabase(server, name, dataDir)
}

/** One with nothing in it, not even tables; not from the template. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const dataDir = newDataDir()
  const server = serverUrl()
  if (server === undefined) return embeddedIn(dataDir)
  made += 1
  const name = `signalbox_empty_${process.pid}_${made}`
  await withAdmin(server, (admin) => admin.query(`CREATE DATABASE ${name}`))
  return serverDatabase(server, name, dataDir)
}

/** A database of one's own. With a test's context it goes away after that test, else call `remove`. */
export async function testDatabase(t?: { after(remove: () => Promise<void>): void }): Promise<TestDatabase> {
  const server = serverUrl()
  const one = server === undefined ? await embedded() : await onServer(server)
  t?.after(() => one.remove())
  return one
}

export interface OpenTestDatabase {
  database: Database
  /** Closes and deletes it. */
  close(): Promise<void>
}

/** The same, opened. */
export async function openTestDatabase(): Promise<OpenTestDatabase> {
  const one = await testDatabase()
  const database = await openDatabase(one.options)
  return {
    database,
    async close() {
      await database.close()
      await one.remove()
    },
  }
}
