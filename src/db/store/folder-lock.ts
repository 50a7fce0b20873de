// Two processes must never open one PGlite folder. Who runs on it holds an operating system's lock, which is gone with the
// process however it ends; a file that says who holds it would be found stale, and deleted, by two takers at once. Node has no
// such lock of its own: SQLite's on an empty database (an exclusive transaction that never writes) is one on every system, and
// also holds between containers that share the folder. `lock` beside it only tells who holds it.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseUnusableError } from '../connection/problem.ts'
import { keepPrivate } from './private-folder.ts'

export interface Holder {
  pid: number
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

/** Who only asks shares the lock for an instant; a taker waits that long. */
const TAKEN_WITHIN_MS = 200
/** SQLITE_BUSY (sqlite.org/rescode.html). */
const BUSY = 5
const UNKNOWN: Holder = { pid: 0, since: 'just now', socketDir: null }

const infoPath = (dir: string) => join(dir, 'lock')
const lockPath = (dir: string) => join(dir, 'lock.sqlite')

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === BUSY

/** Whoever held the folder last, living or not. */
export function lastHolderOf(dir: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(infoPath(dir), 'utf8')) as Holder
  } catch {
    return undefined
  }
}

function isHeld(dir: string): boolean {
  let asked: DatabaseSync | undefined
  try {
    asked = new DatabaseSync(lockPath(dir), { readOnly: true, timeout: 0 })
    asked.exec('SELECT 1 FROM sqlite_schema')
    return false
  } catch (error) {
    // Without the file nobody ever held it.
    return isBusy(error)
  } finally {
    asked?.close()
  }
}

/** The process that holds the folder now, or undefined. */
export const holderOf = (dir: string): Holder | undefined =>
  isHeld(dir) ? (lastHolderOf(dir) ?? UNKNOWN) : undefined

/** Whole or not at all, for whoever reads it meanwhile. */
function tell(dir: string, holder: Holder): void {
  writeFileSync(`${infoPath(dir)}.new`, JSON.stringify(holder), { mode: 0o600 })
  renameSync(`${infoPath(dir)}.new`, infoPath(dir))
}

/** Takes the folder for the caller alone; throws FolderHeldError when it is held, be it by this very process. */
export function holdFolder(dir: string): { announce(socketDir: string): void; release(): void } {
  keepPrivate(dir)
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(lockPath(dir), { timeout: TAKEN_WITHIN_MS })
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    if (isBusy(error)) throw new FolderHeldError(dir, lastHolderOf(dir) ?? UNKNOWN)
    throw new DatabaseUnusableError(
      `${lockPath(dir)} can't serve as the lock of this folder (${error instanceof Error ? error.message : String(error)}). Stop whatever runs on the folder and delete that file: it holds nothing, and the next start makes it again.`,
      { cause: error },
    )
  }
  const held = lock
  const mine: Holder = { pid: process.pid, since: new Date().toISOString(), socketDir: null }
  tell(dir, mine)
  return {
    announce: (socketDir) => tell(dir, { ...mine, socketDir }),
    release() {
      rmSync(infoPath(dir), { force: true })
      held.close()
    },
  }
}
