// The secret that a sender hands over before there is one: kept in a file that our user alone can read, for no log may have it.
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: Promise<string> | undefined

/** Where the newest value for this workflow stands now. Rejects with an error of the file system. */
export async function keepHandedOver(workflow: string, value: string): Promise<string> {
  folder ??= mkdtemp(join(tmpdir(), 'signalbox-'))
  const file = join(await folder, `${workflow}.secret`)
  await writeFile(file, `${value}\n`, { mode: 0o600 })
  return file
}
