// A shadow version decides beside the live one, after the live decision is committed: it can neither delay nor fail
// it. What it counts is for people to judge by, so what a crash loses of it is not made up for.
import type { Logger } from 'pino'
import type { Database } from '../../db/store/open.ts'
import { addCompared, type ShadowDifference } from '../../db/workflows/shadows.ts'
import { endingOf, endingText, type Recorded, sameEnding, type Side } from '../../domain/rules/simulate.ts'
import type { Catalog, ReadyVersion } from '../../workflow/catalog.ts'
import type { Judged } from './commit.ts'
import { inputOf, unansweredIn } from './judge.ts'

export interface Shadows {
  /** Takes a committed batch; returns at once. */
  watch(judged: Judged[], now: Date): void
  /** Resolves when nothing is being compared any more. */
  idle(): Promise<void>
}

export interface ShadowDeps {
  db: Database
  catalog: Catalog
  log: Logger
}

/** Batches that wait to be compared; beyond them batches are left out rather than memory filled. */
const MOST_WAITING = 20

const sideOf = ({ compiled, standards }: ReadyVersion): Side => ({ compiled, vars: standards.vars })

/** What the shadow makes of a run beside what its own version does; undefined: the same. */
function differenceOf({ run, version, verdict }: Judged, shadow: ReadyVersion, now: Date) {
  const recorded: Recorded = {
    run: run.id,
    input: inputOf(run),
    enrichment: verdict.fields,
    unanswered: unansweredIn(verdict),
    corrections: run.corrections,
    now,
  }
  const [live, other] = [endingOf(sideOf(version), recorded), endingOf(sideOf(shadow), recorded)]
  if (sameEnding(live, other)) return undefined
  return { run: run.id, live: endingText(live, other), shadow: endingText(other, live) }
}

export function makeShadows({ db, catalog, log }: ShadowDeps): Shadows {
  let last = Promise.resolve()
  let waiting = 0

  async function compare(judged: Judged[], now: Date): Promise<void> {
    const byWorkflow = Map.groupBy(judged, ({ run }) => run.workflow)
    for (const [workflow, runs] of byWorkflow) {
      const shadowId = (await catalog.current(workflow))?.shadowId
      if (!shadowId) continue
      const shadow = await catalog.version(shadowId)
      const differences: ShadowDifference[] = []
      for (const one of runs) {
        const difference = differenceOf(one, shadow, now)
        if (difference) differences.push(difference)
      }
      await addCompared(db.prisma, { versionId: shadowId, decided: runs.length, differences }, now)
    }
  }

  return {
    watch(judged, now) {
      if (judged.length === 0 || waiting >= MOST_WAITING) return
      waiting += 1
      last = last
        .then(() => compare(judged, now))
        .catch((error: unknown) => log.warn({ err: error }, 'a shadow version could not be compared'))
        .finally(() => {
          waiting -= 1
        })
    },
    idle: () => last,
  }
}
