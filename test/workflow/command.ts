// The signalbox command as a process of its own, beside a bot or without one, on a folder of files made for a test.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

export interface Folder {
  dir: string
  write(name: string, text: string): void
  /** Runs `signalbox <words>` with this folder as WORKFLOWS_DIR. */
  run(...words: string[]): Promise<Ended>
}

interface Cleaning {
  after(clean: () => void): void
}

export function folderOf(t: Cleaning, env: Record<string, string>, files: Record<string, string>): Folder {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-files-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  const run = (...words: string[]) =>
    new Promise<Ended>((resolve) => {
      execFile(
        process.execPath,
        [MAIN, ...words],
        { env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env, WORKFLOWS_DIR: dir }, timeout: 60_000 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
          resolve({ code, stdout, stderr })
        },
      )
    })
  return { dir, write, run }
}
