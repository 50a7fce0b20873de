// Two processes must never open one PGlite folder: the one that runs holds `lock` in it, with its pid.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keepPrivate } from './private-folder.ts'

export interface Holder {
  pid: number
  /** Kernel start time of that process where /proc tells it: a reused pid is not the holder. */
  startTime: string | null
  since: string
  /** Folder of the Unix socket on which the holder serves the database, once it does. */
  socketDir: string | null
}

export class FolderHeldError extends Error {
  readonly holder: Holder
  constructor(dir: string, holder: Holder) {
    super(
      `${dir} is in use by process ${holder.pid} (since ${holder.since}). ` +
        `Stop that process first, or set DATA_DIR to another folder.`,
    )
    this.holder = holder
  }
}

/** null where the process does not exist, '' where its start time cannot be told. */
function startTimeOf(pid: number): string | null {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

const lockPath = (dir: string) => join(dir, 'lock')

/** Whoever held the folder last, living or not. */
export function lastHolderOf(dir: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(lockPath(dir), 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** The living process that holds the folder, or undefined. */
export function holderOf(dir: string): Holder | undefined {
  const holder = lastHolderOf(dir)
  if (!holder) return undefined
  const startTime = startTimeOf(holder.pid)
  if (startTime === null) return undefined
  if (holder.startTime && startTime && holder.startTime !== startTime) return undefined
  return holder
}

/** Takes the folder for this process; throws FolderHeldError when another living process has it. */
export function holdFolder(dir: string): { announce(socketDir: string): void; release(): void } {
  keepPrivate(dir)
  const mine: Holder = {
    pid: process.pid,
    startTime: startTimeOf(process.pid) || null,
    since: new Date().toISOString(),
    socketDir: null,
  }
  for (;;) {
    try {
      writeFileSync(lockPath(dir), JSON.stringify(mine), { flag: 'wx', mode: 0o600 })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = holderOf(dir)
      if (holder && holder.pid !== process.pid) throw new FolderHeldError(dir, holder)
      rmSync(lockPath(dir), { force: true })
    }
  }
  return {
    announce: (socketDir) =>
      writeFileSync(lockPath(dir), JSON.stringify({ ...mine, socketDir }), { mode: 0o600 }),
    release: () => rmSync(lockPath(dir), { force: true }),
  }
}
