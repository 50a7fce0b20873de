// PgBouncer before a server, for one test: from the binary that is on the machine.
import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'
import { runner } from './postgres.ts'

/** undefined where there is none. */
export const findPgBouncer = (): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/opt/homebrew/bin']
    .map((folder) => join(folder, 'pgbouncer'))
    .find((file) => existsSync(file))

const answers = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      done(true)
    }).on('error', () => done(false))
  })

/** Resolves with the URL of the same database through it. Everybody is let in, as the user of `url`. */
export async function startPgBouncer(
  t: { after(clean: () => Promise<void>): void },
  { binary, url, mode }: { binary: string; url: string; mode: 'session' | 'transaction' | 'statement' },
): Promise<string> {
  const { username, password, hostname, port: serverPort, pathname } = new URL(url)
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-pgbouncer-'))
  const file = join(dir, 'pgbouncer.ini')
  const server = [
    `host=${hostname} port=${serverPort || '5432'} user=${username}`,
    password && `password=${password}`,
  ]
  writeFileSync(
    file,
    `[databases]
* = ${server.join(' ')}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 6
max_client_conn = 200
`,
    { mode: 0o600 },
  )
  const as = runner()
  if (as) for (const path of [dir, file]) chownSync(path, as.uid, as.gid)
  const child = spawn(binary, [file], { cwd: dir, stdio: 'ignore', ...as })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(dir, { recursive: true, force: true })
  })
  await until('PgBouncer answers', () => answers(port))
  return `postgresql://${username}@127.0.0.1:${port}${pathname}`
}
