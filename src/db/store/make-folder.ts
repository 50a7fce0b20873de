// Makes a folder with those above it. Node's own recursive mkdir never returns where a file system says "no such file" of a folder
// whose parent is there, as /proc does.
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Nothing where it is there already. `mode` is that of each folder that is made. */
export function makeFolder(dir: string, mode = 0o777): void {
  const above = dirname(dir)
  if (!existsSync(above)) makeFolder(above, mode)
  try {
    mkdirSync(dir, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(dir).isDirectory()) return
    if (code !== 'ENOENT') throw error
    // As other file systems call it: pathProblem has a sentence for it.
    throw Object.assign(new Error(`no folder can be made at ${dir}`, { cause: error }), {
      code: 'ENOTSUP',
      path: dir,
    })
  }
}
