// The workspace's memory on disk: one JSON line a change, written before the call is answered. A line reaches the
// kernel before append returns, so a killed process loses none; a line torn by a full disk is left out when read.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

export interface Journal {
  read(): unknown[]
  append(entry: unknown): void
  /** Puts these entries in place of all that was written. */
  rewrite(entries: unknown[]): void
  /** Lines since the last rewrite. */
  readonly length: number
  close(): void
}

const parseLine = (line: string): unknown[] => {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}

export const openJournal = (path: string): Journal => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file: number | undefined
  let length = 0
  const open = () => (file ??= openSync(path, 'a', 0o600))
  return {
    read: () => {
      if (!existsSync(path)) return []
      const text = readFileSync(path, 'utf8')
      // A torn last line must not swallow the next one.
      if (text.length > 0 && !text.endsWith('\n')) writeSync(open(), '\n')
      const entries = text.split('\n').flatMap((line) => (line === '' ? [] : parseLine(line)))
      length = entries.length
      return entries
    },
    append: (entry) => {
      writeSync(open(), `${JSON.stringify(entry)}\n`)
      length += 1
    },
    rewrite: (entries) => {
      const next = `${path}.next`
      writeFileSync(next, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 })
      if (file !== undefined) closeSync(file)
      file = undefined
      renameSync(next, path)
      length = entries.length
    },
    get length() {
      return length
    },
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** For a workspace that is forgotten when it stops. */
export const noJournal = (): Journal => ({
  read: () => [],
  append: () => undefined,
  rewrite: () => undefined,
  length: 0,
  close: () => undefined,
})
