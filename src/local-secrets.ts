// Secrets of webhooks for trying things out: made at random where a workflow of the folder names one that the environment
// lacks, kept in DATA_DIR for its owner alone. Only beside the local Slack: a real deployment shares its own with senders.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { receivingOf } from './domain/senders/receiving.ts'
import type { Standards } from './domain/workflow-file/standards.ts'
import type { Trigger } from './domain/workflow-file/trigger.ts'

const pathIn = (dataDir: string) => join(dataDir, 'secrets.json')

function readAll(dataDir: string): Map<string, string> {
  try {
    const kept = JSON.parse(readFileSync(pathIn(dataDir), 'utf8')) as Record<string, unknown>
    return new Map(
      Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return new Map()
  }
}

/** Reads the file again when a name is not known: a start or an `apply` beside this process may have made it since. */
export function localSecrets(dataDir: string): (name: string) => string | undefined {
  let known = new Map<string, string>()
  return (name) => {
    if (!known.has(name)) known = readAll(dataDir)
    return known.get(name)
  }
}

/** In the form of Standard Webhooks, which most others take as it stands. */
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`

/** Written whole or not at all, readable by its owner only; what is there already stays. */
function keep(dataDir: string, names: readonly string[]): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const all = readAll(dataDir)
  for (const name of names) if (!all.has(name)) all.set(name, newSecret())
  const next = `${pathIn(dataDir)}.${process.pid}.next`
  rmSync(next, { force: true })
  writeFileSync(next, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(next, pathIn(dataDir))
}

interface Folder {
  dataDir: string
  hasLocalSecrets: boolean
  secret: (name: string) => string | undefined
}
interface Named {
  definition: { trigger: Trigger }
}

/** Makes what the webhooks of these workflows and the sources lack, where secrets may be made. Says which were. */
export function makeLocalSecrets(
  config: Folder,
  { workflows, standards }: { workflows: readonly Named[]; standards: Pick<Standards, 'sources'> },
): string[] {
  if (!config.hasLocalSecrets) return []
  const senders = [
    ...workflows.flatMap(({ definition: { trigger } }) => trigger.webhook ?? []),
    ...Object.values(standards.sources),
  ]
  const named = senders.flatMap((sender) => receivingOf(sender).allSecrets)
  const missing = [...new Set(named)].filter((name) => config.secret(name) === undefined)
  if (missing.length > 0) keep(config.dataDir, missing)
  return missing
}
