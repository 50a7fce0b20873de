// The embedded database's own folder. It is made beside and renamed when it is whole: who is killed while it is made, by a
// first start or a restore, leaves nothing that looks like a database.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PGlite, PGliteOptions } from '@electric-sql/pglite'
import { failPoint } from '../../fail-point.ts'
import { DatabaseUnusableError } from '../connection/problem.ts'

/** Loaded when a folder is opened: whoever only asks whether there is one does not need it. */
async function create(dataDir: string, options: Pick<PGliteOptions, 'loadDataDir'> = {}): Promise<PGlite> {
  const { PGlite: Database } = await import('@electric-sql/pglite')
  // Half the memory of PGlite's own 128 MB of shared buffers and more.
  const startParams = [...Database.defaultStartParams, '-c', 'shared_buffers=16MB']
  return Database.create({ dataDir, startParams, ...options })
}

const pgdataOf = (dir: string): string => join(dir, 'pgdata')
const partOf = (dir: string): string => join(dir, 'pgdata.part')

/** Whether there is an embedded database in this folder. */
export const isThere = (dir: string): boolean => existsSync(pgdataOf(dir))

/** Throws a DatabaseUnusableError where the files are not those of a database of this version. */
export async function openPgdata(dir: string): Promise<PGlite> {
  try {
    return await create(pgdataOf(dir))
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new DatabaseUnusableError(
      `The embedded database in ${pgdataOf(dir)} does not open (${said}): it is damaged, or of another version of PostgreSQL. Move that folder away, and restore a backup (signalbox restore) or start anew.`,
      { cause: error },
    )
  }
}

/** Makes it, empty or from `options.loadDataDir`; what `check` throws leaves nothing behind. The caller holds the folder. */
export async function makePgdata(
  dir: string,
  options: Pick<PGliteOptions, 'loadDataDir'> = {},
  check: (pglite: PGlite) => Promise<unknown> = async () => {},
): Promise<void> {
  const part = partOf(dir)
  rmSync(part, { recursive: true, force: true })
  try {
    const pglite = await create(part, options)
    try {
      await check(pglite)
    } finally {
      await pglite.close()
    }
    failPoint('pgdata made')
    renameSync(part, pgdataOf(dir))
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    throw error
  }
}
