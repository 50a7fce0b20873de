// A PostgreSQL server for one run of the tests, started from binaries that are on the machine; nothing is installed.
// It listens on a free port of the loopback with a password of its own, and leaves nothing behind.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { once } from 'node:events'
import { freePort } from '../free-port.ts'
import { atExit, removeFolder, waitUntil } from './at-exit.ts'

export interface TestServer {
  url: string
  version: string
  /** Its data is in `data` there, its sockets are in the folder itself. */
  dir: string
  /** Ends at once, as in a crash; `restart` starts it again on the same data and port. */
  crash(): Promise<void>
  restart(): Promise<void>
  /** Answers nothing any more and closes nothing, as when its host is gone, until `stop`. */
  freeze(): void
  stop(): Promise<void>
}

const READY_WITHIN_MS = 30_000
const STOPS_WITHIN_MS = 10_000

const output = (command: string, words: string[]): string | undefined => {
  try {
    return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** Folders where packages put the server's binaries; pg_config's first, then the newest Debian has. */
function folders(): string[] {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const configured = output('pg_config', ['--bindir'])
  return [
    ...(configured ? [configured] : []),
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/opt/homebrew/opt/postgresql/bin',
    '/usr/local/pgsql/bin',
  ]
}

/** Folder with both initdb and postgres; undefined where there is none. */
export const findBinaries = (): string | undefined =>
  folders().find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))

/** PostgreSQL and PgBouncer refuse to run as root: then as `postgres`, or as nobody. */
export function runner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const uid = output('id', ['-u', name])
    const gid = output('id', ['-g', name])
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody"')
}

// Its data is gone in a minute, so it need not survive the power: no fsync. It must survive a crash of PostgreSQL
// itself, which tests bring about: so commits stay synchronous, and are with the system before they are answered.
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'max_connections=200']

/** A folder that the server's user may write. */
function ownFolder(): string {
  const as = runner()
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-postgres-'))
  if (as) chownSync(dir, as.uid, as.gid)
  return dir
}

function run(dir: string, command: string, words: string[]): void {
  try {
    execFileSync(command, words, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'], ...runner() })
  } catch (error) {
    removeFolder(dir)
    throw error
  }
}

/** Starts a server from the binaries in `folder`; resolves once it takes connections. */
export async function startPostgres(folder: string): Promise<TestServer> {
  const dir = ownFolder()
  const as = runner()
  const password = randomBytes(18).toString('base64url')
  const passwordFile = join(dir, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (as) chownSync(passwordFile, as.uid, as.gid)
  const words = ['-D', join(dir, 'data'), '-U', 'signalbox', '--auth=scram-sha-256']
  run(dir, join(folder, 'initdb'), [
    ...words,
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ])
  return serve(folder, dir, password)
}

/** A standby of the server at `url`, by streaming; `name` is its application_name there. */
export async function startStandby(folder: string, url: string, name: string): Promise<TestServer> {
  const dir = ownFolder()
  const primary = new URL(url)
  primary.searchParams.set('application_name', name)
  run(dir, join(folder, 'pg_basebackup'), [
    '-D',
    join(dir, 'data'),
    '-d',
    primary.href,
    '--write-recovery-conf',
    '--checkpoint=fast',
    '--no-sync',
  ])
  return serve(folder, dir, primary.password)
}

async function serve(folder: string, dir: string, password: string): Promise<TestServer> {
  const data = join(dir, 'data')
  const port = await freePort()
  const settings = [
    ...SETTINGS,
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${dir}`,
  ]
  let running: { server: ChildProcess; ended: Promise<unknown> } | undefined
  const kept = atExit(() => {
    running?.server.kill('SIGQUIT')
    // The last that it does; what it has started writes until then.
    waitUntil(() => !existsSync(join(data, 'postmaster.pid')), STOPS_WITHIN_MS)
    removeFolder(dir)
  })
  const start = async () => {
    const server = spawn(
      join(folder, 'postgres'),
      ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'], ...runner() },
    )
    const ended = once(server, 'exit')
    running = { server, ended }
    await ready(server.stderr, ended)
  }
  await start()
  let frozen: number[] = []
  return {
    url: `postgresql://signalbox:${password}@127.0.0.1:${port}/postgres`,
    version: /\d+(\.\d+)*/.exec(output(join(folder, 'postgres'), ['--version']) ?? '')?.[0] ?? '',
    dir,
    async crash() {
      running?.server.kill('SIGQUIT')
      await running?.ended
    },
    freeze() {
      const pid = running?.server.pid
      const children = output('ps', ['--ppid', String(pid), '-o', 'pid=']) ?? ''
      frozen = [Number(pid), ...children.split('\n').map(Number)]
      for (const one of frozen) process.kill(one, 'SIGSTOP')
    },
    restart: start,
    async stop() {
      for (const one of frozen) process.kill(one, 'SIGCONT')
      const impatience = setTimeout(() => running?.server.kill('SIGQUIT'), STOPS_WITHIN_MS)
      running?.server.kill('SIGINT')
      await running?.ended
      clearTimeout(impatience)
      kept()
      removeFolder(dir)
    },
  }
}

/** Resolves when the server says it is ready; rejects with its log when it ends or takes too long. */
async function ready(stderr: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<void> {
  let log = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(
    () => reject(new Error(`PostgreSQL was not ready in time:\n${log}`)),
    READY_WITHIN_MS,
  )
  stderr.setEncoding('utf8').on('data', (text: string) => {
    if (log.length < 20_000) log += text
    if (/database system is ready to accept (read-only )?connections/.test(log)) resolve()
  })
  void ended.then(() => reject(new Error(`PostgreSQL did not start:\n${log}`)))
  try {
    await promise
  } finally {
    clearTimeout(timer)
  }
}
