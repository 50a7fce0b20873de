// The sources of signalbox.yaml as they were published last, each compiled once.
import type { Tx } from '../db/store/open.ts'
import { newestStandardsAsWritten, newestStandardsId } from '../db/workflows/standards.ts'
import { CompileError } from '../domain/compile/compile-faults.ts'
import { type CompiledSource, tryCompileSource } from '../domain/compile/compile-source.ts'
import { withPublicUrl } from '../domain/workflow-file/public-url.ts'

export interface Sources {
  /** Of the standards that have them; null: none were published. */
  standardsId: number | null
  names: readonly string[]
  /** Throws where this release cannot read what was published: its sender comes again. */
  source(name: string): CompiledSource | undefined
}

/** Those of the newest standards; the `known` ones, where nobody has published since. */
export async function readSources(
  tx: Tx,
  publicUrl: () => string,
  known: Sources | undefined,
): Promise<Sources> {
  const standardsId = await newestStandardsId(tx)
  if (known && known.standardsId === standardsId) return known
  const standards = await newestStandardsAsWritten(tx)
  const compiled = new Map<string, CompiledSource>()
  return {
    standardsId,
    names: Object.keys(standards.sources).toSorted(),
    source(name) {
      const ready = compiled.get(name)
      const source = Object.hasOwn(standards.sources, name) ? standards.sources[name] : undefined
      if (ready || !source) return ready
      const made = tryCompileSource(name, source, withPublicUrl(standards, publicUrl()))
      if (made.faults.length > 0) throw new CompileError(`source ${name}`, made.faults)
      compiled.set(name, made.compiled)
      return made.compiled
    },
  }
}
