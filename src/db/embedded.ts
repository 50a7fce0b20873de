// The embedded database: PGlite in a folder this process holds. It also serves the folder on a Unix socket, so
// that `signalbox` commands reach the database through the running process.
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { holdFolder } from './folder-lock.ts'
import { serveEmbedded } from './serve-embedded.ts'

// Half the memory of PGlite's own 128 MB of shared buffers and more.
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB']
// A Unix socket's whole path may have 107 bytes on Linux (unix(7)), 103 on macOS.
const MOST_SOCKET_PATH = 103
const SOCKET_NAME = '.s.PGSQL.5432'

export interface Embedded {
  pglite: PGlite
  adapter: PrismaPGlite
  close(): Promise<void>
}

function socketDirFor(dir: string): string {
  if (join(dir, SOCKET_NAME).length <= MOST_SOCKET_PATH) return dir
  const short = join(tmpdir(), `signalbox-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  return short
}

/** Opens (or makes) the database in `dir`. Throws FolderHeldError when another process runs on it. */
export async function openEmbedded(dir: string): Promise<Embedded> {
  const lock = holdFolder(dir)
  try {
    const pglite = await PGlite.create({ dataDir: join(dir, 'pgdata'), startParams: START_PARAMS })
    const socketDir = socketDirFor(dir)
    const path = join(socketDir, SOCKET_NAME)
    rmSync(path, { force: true })
    const server = await serveEmbedded(pglite, path)
    lock.announce(socketDir)
    return {
      pglite,
      adapter: new PrismaPGlite(pglite),
      async close() {
        await server.close()
        rmSync(path, { force: true })
        await pglite.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}
