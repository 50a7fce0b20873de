// The secrets that senders hand over before there is one: kept in a file that our user alone can read, for no log may have them.
import { appendFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address } from './addressee.ts'

/** Of one hook or source, until its secret is set. Anybody can send some, and the one that counts may be among the last. */
const MOST = 500
const LONGEST = 1000

let folder: Promise<string> | undefined
const handedOver = new Map<string, Set<string>>()

/**
 * Where all values for this address stand now, oldest first, and how many they are; undefined: nothing is new, or there are too
 * many to look at. Rejects with an error of the file system.
 */
export async function keepHandedOver(
  { kind, name }: Address,
  value: string,
): Promise<{ file: string; count: number } | undefined> {
  const key = kind === 'hook' ? name : `in.${name}`
  const values = handedOver.get(key) ?? new Set()
  if (values.has(value) || values.size >= MOST || value.length > LONGEST) return undefined
  handedOver.set(key, values.add(value))
  folder ??= mkdtemp(join(tmpdir(), 'signalbox-'))
  const file = join(await folder, `${key}.secret`)
  await appendFile(file, `${value}\n`, { mode: 0o600 })
  return { file, count: values.size }
}
