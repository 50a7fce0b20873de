// The way of one run up to its verdict, around the lookups: validated before them, judged after them.
import type { Logger } from 'pino'
import type { RunToDecide } from '../../db/runs/runs-to-decide.ts'
import type { Enriched } from '../../domain/values/found.ts'
import { changedPaths } from '../../domain/values/content.ts'
import { marksOf } from '../../domain/masking/marked.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import type { Judged } from './commit.ts'
import { heldByFilter } from './held-by-filter.ts'
import { heldAsList } from './held-list.ts'
import {
  heldAsChanged,
  heldByFields,
  heldByLookups,
  inputOf,
  judge,
  undecided,
  type Verdict,
} from './judge.ts'

/** A run whose fields are valid; `scope.record` holds them. */
export interface Prepared {
  run: RunToDecide
  version: ReadyVersion
  scope: Scope
  sources: Verdict['sources']
}

/** Validates; resolves with the verdict where the fields already stop the run. */
export function prepare(run: RunToDecide, version: ReadyVersion, now: Date): Prepared | Judged {
  const input = inputOf(run)
  const validated = version.compiled.validate(input, run.corrections, now)
  const { fields: record, sources } = validated
  const scope = { record, input, vars: version.standards.vars, now }
  // Who replays an event wants it.
  const unclear = run.source === 'webhook' ? heldByFilter(input, version.compiled) : undefined
  const held = unclear ?? heldAsList(input, version.compiled) ?? heldByFields(validated)
  if (held) return { run, version, verdict: owned(held, version, scope) }
  if (run.sameIdAs !== null) {
    const { earlierRun, earlierBody, earlierContentType } = run
    const earlier = { body: earlierBody ?? new Uint8Array(), contentType: earlierContentType ?? '' }
    const marks = marksOf(version.compiled.definition.fields)
    const differs = earlier.body.length === 0 ? undefined : changedPaths(earlier, run, marks)
    const changed = heldAsChanged({ fields: record, sources: { ...sources } }, { earlierRun, differs })
    return { run, version, verdict: owned(changed, version, scope) }
  }
  return { run, version, scope, sources: { ...sources } }
}

/** The same, where nobody else minds what it throws. */
export function tryPrepare(
  log: Logger,
  { run, version }: Pick<Judged, 'run' | 'version'>,
  now: Date,
): Prepared | Judged {
  try {
    return prepare(run, version, now)
  } catch (error) {
    return faulty(log, { run, version }, error)
  }
}

/** Decides with what the lookups found (nothing, where there are none). */
export function conclude({ run, version, scope, sources }: Prepared, found?: Enriched): Judged {
  const known = {
    fields: { ...scope.record, ...found?.fields },
    sources: { ...sources, ...found?.sources },
  }
  const after = { ...scope, record: known.fields }
  const verdict =
    found && found.problems.length > 0
      ? heldByLookups(known, found.problems, version.compiled.lookupReads)
      : judge(version, known, after)
  return { run, version, verdict: owned(verdict, version, after), scope: after }
}

/** What no rule decides is the workflow's owner's, also where the record names them. */
function owned(verdict: Verdict, { compiled }: ReadyVersion, scope: Scope): Verdict {
  const isFromRecord = compiled.definition.owner?.some((name) => name.includes('${')) === true
  return verdict.rule === null && isFromRecord ? { ...verdict, owner: compiled.owner(scope) } : verdict
}

/** A fault of ours in one run holds that run, and none of the others. */
export function faulty(
  log: Logger,
  { run, version }: Pick<Judged, 'run' | 'version'>,
  error: unknown,
): Judged {
  log.error({ err: error, run: run.id }, 'deciding a run failed')
  const message = error instanceof Error ? error.message : String(error)
  const verdict: Verdict = {
    fields: {},
    sources: {},
    ...undecided,
    next: {
      kind: 'hold',
      reason: 'internal_error',
      detail: `Deciding failed: ${message}`,
      data: {},
      about: 'decide',
      stage: 'decide',
    },
  }
  return { run, version, verdict }
}
