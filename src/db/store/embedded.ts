// The embedded database: PGlite in a folder this process holds. It also serves the folder on a Unix socket, so
// that `signalbox` commands reach the database through the running process.
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { holdFolder, lastHolderOf } from './folder-lock.ts'
import { isThere, makePgdata, openPgdata } from './pgdata.ts'
import { keepPrivate, mustBePrivate } from './private-folder.ts'
import { serveEmbedded } from './serve-embedded.ts'

// A Unix socket's whole path may have 107 bytes on Linux (unix(7)), 103 on macOS.
const MOST_SOCKET_PATH = 103
const SOCKET_NAME = '.s.PGSQL.5432'

export interface Embedded {
  pglite: PGlite
  adapter: PrismaPGlite
  close(): Promise<void>
}

const SHORT = 'signalbox-socket-'

/** Where the path in `dir` would be too long: a folder of a name that nobody can know before, which only we may enter. */
function socketDirFor(dir: string): string {
  if (Buffer.byteLength(join(dir, SOCKET_NAME)) <= MOST_SOCKET_PATH) return dir
  const fits = [tmpdir(), '/tmp'].find(
    (temp) => Buffer.byteLength(join(temp, `${SHORT}XXXXXX`, SOCKET_NAME)) <= MOST_SOCKET_PATH,
  )
  return mkdtempSync(join(fits ?? tmpdir(), SHORT))
}

/** The socket of a holder that is gone, and the short folder it stood in. */
function removeSocket(dir: string, socketDir: string | null | undefined): void {
  if (!socketDir) return
  const isShort = basename(socketDir).startsWith(SHORT) && dirname(socketDir) !== dir
  if (socketDir !== dir && !isShort) return
  try {
    rmSync(join(socketDir, SOCKET_NAME), { force: true })
    if (isShort) rmdirSync(socketDir)
  } catch {
    // Somebody else's by now, or gone: then it is nothing to tidy up.
  }
}

/** Opens (or makes) the database in `dir`. Throws FolderHeldError when another process runs on it. */
export async function openEmbedded(dir: string): Promise<Embedded> {
  const before = lastHolderOf(dir)
  const lock = holdFolder(dir)
  try {
    removeSocket(dir, before?.socketDir)
    if (!isThere(dir)) await makePgdata(dir)
    const pglite = await openPgdata(dir)
    // A first start unpacks files with modes of their own, past any umask.
    keepPrivate(dir)
    const socketDir = socketDirFor(dir)
    mustBePrivate(socketDir)
    const path = join(socketDir, SOCKET_NAME)
    rmSync(path, { force: true })
    const server = await serveEmbedded(pglite, path)
    lock.announce(socketDir)
    return {
      pglite,
      adapter: new PrismaPGlite(pglite),
      async close() {
        await server.close()
        removeSocket(dir, socketDir)
        await pglite.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}
