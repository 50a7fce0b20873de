// Writes versions of workflows: as many statements for 200 of them as for one, because one transaction has them all.
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { bindAllIn, keptForAll, namesOf } from '../people/name-bindings.ts'
import { newId } from '../store/ids.ts'
import type { Tx } from '../store/open.ts'
import { aboutOf } from './workflows.ts'

export interface NewVersion {
  definition: Definition
  standards: Standards
  source: string
  contentHash: string
  publishedBy: string
  publishedAt: Date
  note?: string
}

export interface Inserted {
  workflow: string
  id: string
  number: number
  /** What its names meant until now, and mean in it. */
  kept: ReadonlyMap<string, string>
  bound: ReadonlyMap<string, string | null>
}

interface Writing {
  at: Date
  /** Names that are to mean who has them now, whoever they meant until now. */
  rebind?: readonly string[] | undefined
  /** Nothing points at it: a shadow. */
  isAside?: boolean
}

interface Row extends ReturnType<typeof aboutOf> {
  key: string
  currentNumber: number
}

/** Makes each workflow on first use, and points it at its new version. */
const pointAll = (tx: Tx, rows: Row[]) => tx.$executeRaw`
  INSERT INTO workflow AS w (key, title, team, owner_spec, channel, current_number)
  SELECT key, title, team, "ownerSpec", channel, "currentNumber" FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
    AS r(key text, title text, team text, "ownerSpec" text, channel text, "currentNumber" int)
  ON CONFLICT (key) DO UPDATE SET title = excluded.title, team = excluded.team, owner_spec = excluded.owner_spec,
    channel = excluded.channel, current_number = excluded.current_number`

async function lastNumbers(tx: Tx, keys: string[]): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ key: string; number: number }[]>`
    SELECT workflow_key AS key, max(number) AS number FROM workflow_version
    WHERE workflow_key = ANY(${keys}) GROUP BY workflow_key`
  return new Map(rows.map(({ key, number }) => [key, number]))
}

/** Writes the next version of each workflow. Resolves in the order given. */
export async function insertVersions(
  tx: Tx,
  versions: readonly NewVersion[],
  { at, rebind, isAside = false }: Writing,
): Promise<Inserted[]> {
  if (versions.length === 0) return []
  const keys = versions.map(({ definition }) => definition.workflow)
  const [last, kept] = [await lastNumbers(tx, keys), await keptForAll(tx, keys)]
  const numbered = versions.map((version) => {
    const key = version.definition.workflow
    return {
      version,
      key,
      id: newId('ver'),
      number: (last.get(key) ?? 0) + 1,
      kept: kept.get(key) ?? new Map<string, string>(),
    }
  })
  const named = numbered.map(({ version, id, kept: before }) => ({
    scope: id,
    names: namesOf(version.definition, version.standards),
    kept: before,
  }))
  const boundBy = await bindAllIn(tx, named, { at, rebind })
  const inserted = numbered.map((one) => ({
    ...one,
    bound: boundBy.get(one.id) ?? new Map<string, string | null>(),
  }))
  if (!isAside)
    await pointAll(
      tx,
      inserted.map(({ version, key, number, bound }) => ({
        key,
        ...aboutOf(version.definition, version.standards, bound),
        currentNumber: number,
      })),
    )
  await tx.workflowVersion.createMany({
    data: inserted.map(({ version, key, id, number }) => {
      const { definition, standards, source, contentHash, publishedBy, publishedAt, note = null } = version
      const { rules: _rules, ...rest } = definition
      const said = { contentHash, source, publishedBy, publishedAt, note }
      return { id, workflowKey: key, number, ...said, definition: rest, standards }
    }),
  })
  await tx.rule.createMany({
    data: inserted.flatMap(({ version, id }) =>
      version.definition.rules.map(({ name, when, route, owner, enabled }, position) => ({
        id: newId('rule'),
        versionId: id,
        position,
        name,
        when,
        route,
        enabled,
        owner: owner ? JSON.stringify(owner) : null,
      })),
    ),
  })
  return inserted.map(({ key, id, number, kept: before, bound }) => ({
    workflow: key,
    id,
    number,
    kept: before,
    bound,
  }))
}

export async function insertVersion(
  tx: Tx,
  version: NewVersion,
  isAside = false,
): Promise<{ id: string; number: number }> {
  const [inserted] = await insertVersions(tx, [version], { at: version.publishedAt, isAside })
  if (!inserted) throw new Error('unreachable: one was to be written')
  return inserted
}
