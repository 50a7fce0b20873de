// The bytes of uploaded files: in the data folder, or in memory for a workspace that is forgotten.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface FileBytes {
  put(id: string, bytes: Buffer): void
  get(id: string): Buffer | null
}

const MAX_IN_MEMORY = 50

export const fileBytes = (dataDir: string | undefined): FileBytes => {
  if (dataDir === undefined) {
    const held = new Map<string, Buffer>()
    return {
      put: (id, bytes) => {
        held.set(id, bytes)
        for (const old of held.keys()) {
          if (held.size <= MAX_IN_MEMORY) break
          held.delete(old)
        }
      },
      get: (id) => held.get(id) ?? null,
    }
  }
  const folder = join(dataDir, 'local-slack-files')
  // Ids are made here (letters and digits), never taken from a request as they come.
  return {
    put: (id, bytes) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, id), bytes, { mode: 0o600 })
    },
    get: (id) => (existsSync(join(folder, id)) ? readFileSync(join(folder, id)) : null),
  }
}
