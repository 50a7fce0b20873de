// Backup and restore of the embedded database as one file. Whoever runs on PostgreSQL has pg_dump and better.
import { readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { holdFolder } from './folder-lock.ts'
import { isThere, makePgdata, openPgdata } from './pgdata.ts'
import { keepPrivate } from './private-folder.ts'

/**
 * Writes the database in `dir` to `file`, whole or not at all. Throws FolderHeldError while a bot runs on it: only the
 * process that holds the folder sees all that is committed.
 */
export async function backupEmbedded(dir: string, file: string): Promise<number> {
  const lock = holdFolder(dir)
  try {
    const pglite = await openPgdata(dir)
    let dump: Blob
    try {
      dump = await pglite.dumpDataDir('gzip')
    } finally {
      await pglite.close()
    }
    const bytes = new Uint8Array(await dump.arrayBuffer())
    const half = `${file}.part`
    const handle = await open(half, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(half, file)
    return bytes.length
  } finally {
    lock.release()
  }
}

/** Puts a backup into `dir`, which must hold no database: whole or not at all. */
export async function restoreEmbedded(dir: string, file: string): Promise<void> {
  const lock = holdFolder(dir)
  try {
    if (isThere(dir)) throw new Error(`${dir} already holds a database`)
    // Unpacked here: a file that is cut short or something else is told before anything is made of it.
    const loadDataDir = new Blob([gunzipSync(readFileSync(file))], { type: 'application/x-tar' })
    await makePgdata(dir, { loadDataDir }, async (pglite) => {
      await pglite.query('SELECT count(*) FROM event')
      keepPrivate(dir)
    })
  } finally {
    lock.release()
  }
}
