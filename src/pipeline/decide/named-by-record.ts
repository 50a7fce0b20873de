// Before anything of a decision is written: owners that the record names become ids of ours, or the field that names nobody.
import { namedByRecord } from '../../db/people/members.ts'
import { boundForRuns } from '../../db/people/name-bindings.ts'
import type { Tx } from '../../db/store/open.ts'
import { ownerTexts } from '../../domain/workflow-file/named-owners.ts'
import { isFromRecord, nobodyFrom } from '../../domain/people/owner-from-record.ts'
import type { Judged } from './commit.ts'

/** The same verdicts; a value that came from outside is no owner in them any more. */
export async function withKnownOwners(tx: Tx, judged: Judged[]): Promise<Judged[]> {
  const taking = judged.filter(({ version }) => version.compiled.takesOwners)
  if (taking.length === 0) return judged
  const bound = await boundForRuns(
    tx,
    taking.map(({ run }) => run.id),
  )
  const known = new Map<Judged, string[]>()
  for (const one of taking) {
    const { run, version, verdict } = one
    const texts = ownerTexts(version.compiled.definition, verdict.rule)
    const names = { known: bound.get(run.id) ?? new Map(), roles: Object.keys(version.standards.roles ?? {}) }
    const nobody = nobodyFrom(texts.filter(isFromRecord).join(' '))
    const owner: string[] = []
    for (const name of verdict.owner)
      owner.push(texts.includes(name) ? name : ((await namedByRecord(tx, name, names)) ?? nobody))
    known.set(one, owner)
  }
  return judged.map((one) => {
    const owner = known.get(one)
    return owner ? { ...one, verdict: { ...one.verdict, owner } } : one
  })
}
