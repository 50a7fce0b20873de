// The tokens of this workspace: made once at random, kept in local-slack.json so that a restart keeps the app.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Credentials } from './contract.ts'
import { secret } from './workspace/ids.ts'

const keptSchema = z.object({ botToken: z.string(), appToken: z.string(), signingSecret: z.string() })
export type Tokens = z.infer<typeof keptSchema>

/** Clients look for xoxb- and xapp-; no token of a real workspace has letters after that. */
export const LOCAL_BOT_TOKEN = 'xoxb-local-'

const newTokens = (): Tokens => ({
  botToken: `${LOCAL_BOT_TOKEN}${secret(20)}`,
  appToken: `xapp-local-${secret(20)}`,
  signingSecret: secret(16),
})

const pathIn = (dataDir: string) => join(dataDir, 'local-slack.json')

export const loadTokens = (dataDir: string | undefined): Tokens => {
  if (dataDir === undefined) return newTokens()
  try {
    return keptSchema.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
  } catch {
    return newTokens()
  }
}

const heldSchema = z.object({ apiUrl: z.url(), pid: z.number() })

/** Two processes must not write one journal. Throws when another local Slack answers for this folder. */
export const refuseIfHeld = async (dataDir: string): Promise<void> => {
  const holder = holderOf(dataDir)
  if (!holder || holder.pid === process.pid) return
  try {
    await fetch(new URL('api.test', holder.apiUrl), { signal: AbortSignal.timeout(1_000) })
  } catch {
    return
  }
  throw new Error(`${dataDir} belongs to the local Slack of process ${holder.pid} (${holder.apiUrl})`)
}

const holderOf = (dataDir: string): z.infer<typeof heldSchema> | null => {
  try {
    return heldSchema.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
  } catch {
    return null
  }
}

/** Written whole or not at all, readable by its owner only. */
export const writeCredentials = (dataDir: string, credentials: Credentials): void => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const next = `${pathIn(dataDir)}.next`
  writeFileSync(next, `${JSON.stringify({ ...credentials, pid: process.pid }, null, 2)}\n`, { mode: 0o600 })
  chmodSync(next, 0o600)
  renameSync(next, pathIn(dataDir))
}
