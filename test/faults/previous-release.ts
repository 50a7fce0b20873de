// The release before this one, from Git, and bots of either on one database.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrationNames } from '../../src/db/migrations/records.ts'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'

export const THIS = join(import.meta.dirname, '../..')
interface Cleaning {
  after(clean: () => unknown): void
}

const git = (...words: string[]) => execFileSync('git', words, { cwd: THIS, encoding: 'utf8' }).trim()

/** The folder of the last commit without the newest migration, or of PREVIOUS_RELEASE. */
export async function previousRelease(t: Cleaning): Promise<string> {
  const newest = (await migrationNames()).at(-1)
  const added = git('log', '-1', '--diff-filter=A', '--format=%H', '--', `prisma/migrations/${newest}`)
  const commit = process.env['PREVIOUS_RELEASE'] ?? `${added}^`
  const dir = join(mkdtempSync(join(tmpdir(), 'signalbox-previous-')), 'tree')
  git('worktree', 'add', '--detach', dir, commit)
  t.after(() => {
    git('worktree', 'remove', '--force', dir)
    rmSync(join(dir, '..'), { recursive: true, force: true })
  })
  symlinkSync(join(THIS, 'node_modules'), join(dir, 'node_modules'))
  execFileSync(join(dir, 'node_modules/.bin/prisma'), ['generate'], { cwd: dir, stdio: 'ignore' })
  return dir
}

/** `npm start` of the release in `dir`; resolves once it is ready and says so: some were ready before they had published. */
export async function startRelease(
  t: Cleaning,
  dir: string,
  env: Record<string, string>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-release-'))
  const child = spawn(process.execPath, ['src/main.js'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...env,
      DATA_DIR: dataDir,
      PORT: String(port),
      LOCAL_SLACK_PORT: String(await freePort()),
      LOG_LEVEL: 'warn',
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  t.after(() => {
    child.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  await until(
    `${dir} is ready`,
    () => {
      if (child.exitCode !== null) throw new Error(said)
      if (!/^Signalbox (?:runs|is running)/m.test(said)) return false
      return fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    },
    90_000,
  )
  return {
    url,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
