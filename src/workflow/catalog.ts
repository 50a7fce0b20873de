// The workflows as this process knows them: which version is current, and every version compiled once.
import type { Database } from '../db/store/open.ts'
import { currentVersions, type CurrentVersion, readVersion } from '../db/workflows/workflows.ts'
import type { CompiledSource } from '../domain/compile/compile-source.ts'
import type { CompiledWorkflow } from '../domain/compile/compiled-workflow.ts'
import { withPublicUrl } from '../domain/workflow-file/public-url.ts'
import type { Standards } from '../domain/workflow-file/standards.ts'
import { compileStored } from './publish/outdated.ts'
import { readSources, type Sources } from './source-catalog.ts'

export interface ReadyVersion {
  id: string
  number: number
  compiled: CompiledWorkflow
  standards: Standards
}

export interface CurrentWorkflow {
  key: string
  isPaused: boolean
  /** The version that decides beside it, for comparison only. */
  shadowId: string | null
  version: ReadyVersion
}

export interface CurrentSource {
  source: CompiledSource
  /** The current versions of the workflows that take from it, by key. */
  takers: ReadyVersion[]
}

export interface Catalog {
  /** The workflow with its current version; undefined when nobody published one under that key. */
  current(key: string): Promise<CurrentWorkflow | undefined>
  keys(): Promise<string[]>
  /** A source with who takes from it; undefined when signalbox.yaml has none of that name. */
  source(name: string): Promise<CurrentSource | undefined>
  sourceNames(): Promise<readonly string[]>
  /** A version by id, current or not: runs in flight keep the one they began with. */
  version(id: string): Promise<ReadyVersion>
  /** Looks again at once: after publishing in this process. */
  refresh(): Promise<void>
}

// What another process publishes is used within this time.
const FRESH_MS = 1000

export interface CatalogOptions {
  /** Where this bot is reached: what `${public_url}` in a var stands for. */
  publicUrl: () => string
  /** Milliseconds that never go back. */
  monotonic?: () => number
}

export function makeCatalog(
  db: Database,
  { publicUrl, monotonic = () => performance.now() }: CatalogOptions,
): Catalog {
  const versions = new Map<string, Promise<ReadyVersion>>()
  let sources: Sources | undefined
  let current = new Map<string, CurrentVersion>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function load(id: string): Promise<ReadyVersion> {
    const { number, definition, standards: written } = await readVersion(db.prisma, id)
    const standards = withPublicUrl(written, publicUrl())
    return { id, number, standards, compiled: compileStored(definition, standards) }
  }
  function version(id: string): Promise<ReadyVersion> {
    const known = versions.get(id)
    if (known) return known
    const loading = load(id)
    versions.set(id, loading)
    loading.catch(() => versions.delete(id))
    return loading
  }
  async function read(): Promise<void> {
    const startedAt = monotonic()
    // Sources first, and used together: one that is known without those who take from it would ignore what they want.
    const newSources = await readSources(db.prisma, publicUrl, sources)
    const newCurrent = await currentVersions(db.prisma)
    sources = newSources
    current = new Map(newCurrent.map((one) => [one.key, one]))
    readAt = startedAt
  }
  function shared(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  async function refresh(): Promise<void> {
    // One that is under way may have begun before what this caller has just published.
    await reading?.catch(() => {})
    await shared()
  }
  const freshen = async () => {
    if (monotonic() - readAt > FRESH_MS) await shared()
  }
  return {
    async current(key) {
      await freshen()
      const found = current.get(key)
      if (!found) return undefined
      const { isPaused, shadowId, versionId } = found
      return { key, isPaused, shadowId, version: await version(versionId) }
    },
    async keys() {
      await freshen()
      return [...current.keys()].toSorted()
    },
    async source(name) {
      await freshen()
      const source = sources?.source(name)
      const takers = [...current.values()].filter((one) => one.source === name)
      return (
        source && { source, takers: await Promise.all(takers.map(({ versionId }) => version(versionId))) }
      )
    },
    async sourceNames() {
      await freshen()
      return sources?.names ?? []
    },
    version,
    refresh,
  }
}
