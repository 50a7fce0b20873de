// A folder that is its owner's alone: 0700, and 0700 or 0600 for everything in it, whatever the umask was and whoever made
// it. What holds people's data must not depend on how somebody once wrote `mkdir`.
import { chmodSync, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

const OTHERS = 0o077

/** Somebody else could read or replace what is in it. */
export class FolderNotOursError extends Error {}

/** Our user id; undefined where the system has none (Windows). */
const me = (): number | undefined => process.getuid?.()

function mustBeOurs(path: string, { uid }: Stats): void {
  const mine = me()
  if (mine !== undefined && uid !== mine)
    throw new FolderNotOursError(
      `${path} belongs to user ${uid}, and this process runs as user ${mine}. ` +
        `Give it to this user (chown -R ${mine}), or set DATA_DIR to another folder.`,
    )
}

/** What may change while it is walked: a lock, a socket, a file that is renamed into its place. */
const lookAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })

function tighten(path: string, stats: Stats, mode: number): void {
  if ((stats.mode & OTHERS) === 0) return
  try {
    chmodSync(path, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function tightenAll(dir: string): void {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name)
    const stats = lookAt(path)
    if (!stats) continue
    mustBeOurs(path, stats)
    // A link's own mode means nothing, and what it leads to is not in here.
    if (stats.isSymbolicLink()) continue
    tighten(path, stats, stats.isDirectory() ? 0o700 : 0o600)
    if (stats.isDirectory()) tightenAll(path)
  }
}

/**
 * Makes the folder where it is missing, and keeps it and all in it from everybody else; from now on this process makes no
 * file that others may read. Throws FolderNotOursError where it, or something in it, belongs to another user.
 */
export function keepPrivate(dir: string): void {
  makeFolder(dir, 0o700)
  const folder = realpathSync(dir)
  const stats = statSync(folder)
  mustBeOurs(folder, stats)
  tighten(folder, stats, 0o700)
  tightenAll(folder)
  // The embedded database makes its files 0666, less this.
  process.umask(OTHERS)
}

/** Throws FolderNotOursError unless only its owner, who is this user, can enter it. Root may ask of anybody's. */
export function mustBePrivate(dir: string): void {
  const stats = statSync(dir)
  if (me() !== 0) mustBeOurs(dir, stats)
  if (me() !== undefined && (stats.mode & OTHERS) !== 0)
    throw new FolderNotOursError(`${dir} can be entered by others: whatever listens there need not be ours.`)
}
