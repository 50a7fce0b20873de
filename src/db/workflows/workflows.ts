// Workflows and their versions. A version's rules are rows; read back, they are part of its definition again.
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { exceptionChannel } from '../../domain/workflow-file/exception-channel.ts'
import type { Bound } from '../../domain/people/owner.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { boundIn, channelWithId, specWithIds } from '../people/name-bindings.ts'
import type { Tx } from '../store/open.ts'
import { pausedNow } from '../pauses.ts'

export interface StoredVersion {
  id: string
  number: number
  workflow: string
  definition: Definition
  standards: Standards
}

/** Two processes that publish, or bind names, at once do it one after the other. */
export const lockPublishing = (tx: Tx) =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('signalbox publish'))`

export interface CurrentVersion {
  key: string
  versionId: string
  isPaused: boolean
  shadowId: string | null
  /** The source that it takes from; null: from none. */
  source: string | null
}

/** Current version, pause, shadow and source of every workflow: small, read often to notice what others published. */
export async function currentVersions(tx: Tx): Promise<CurrentVersion[]> {
  return tx.$queryRaw<CurrentVersion[]>`
    SELECT w.key, v.id AS "versionId", ${pausedNow('w.key')} AS "isPaused", w.shadow_id AS "shadowId",
           v.definition #>> '{trigger,source}' AS source
    FROM workflow w JOIN workflow_version v ON v.workflow_key = w.key AND v.number = w.current_number ORDER BY w.key`
}

/** Versions with their rules in order, by their ids. */
export async function readVersions(tx: Tx, ids: string[]): Promise<Map<string, StoredVersion>> {
  const rows = await tx.workflowVersion.findMany({
    where: { id: { in: ids } },
    include: { rules: { orderBy: { position: 'asc' } } },
  })
  return new Map(
    rows.map((row) => {
      const rules: Definition['rules'] = row.rules.map(({ name, when, route, owner, enabled }) => ({
        name,
        when,
        route,
        enabled,
        ...(owner === null ? {} : { owner: JSON.parse(owner) as string[] }),
      }))
      const version = {
        id: row.id,
        number: row.number,
        workflow: row.workflowKey,
        definition: { ...(row.definition as unknown as Omit<Definition, 'rules'>), rules },
        standards: row.standards as unknown as Standards,
      }
      return [row.id, version]
    }),
  )
}

/** One of them; throws when there is none with that id. */
export async function readVersion(tx: Tx, id: string): Promise<StoredVersion> {
  const version = (await readVersions(tx, [id])).get(id)
  if (!version) throw new Error(`there is no version ${id}`)
  return version
}

/** Fields that any version of the workflow marks: runs that it decided hold their values. */
export async function maskedInAnyVersion(tx: Tx, workflow: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT field.name FROM workflow_version v, json_each(v.definition->'fields') AS field(name, body)
    WHERE v.workflow_key = ${workflow} AND (field.body->>'secret' = 'true' OR field.body->>'personal' = 'true')
    ORDER BY field.name`
  return rows.map(({ name }) => name)
}

/** When the schedule of this version was published: with it, or with the first of the versions before it that had it. */
export async function scheduledSince(tx: Tx, id: string): Promise<Date> {
  const [row] = await tx.$queryRaw<{ since: Date }[]>`
    WITH it AS (
      SELECT workflow_key, number, (definition #> '{trigger,schedule}')::jsonb AS schedule
      FROM workflow_version WHERE id = ${id}
    )
    SELECT min(v.published_at) AS since FROM workflow_version v JOIN it USING (workflow_key)
    WHERE v.number <= it.number AND NOT EXISTS (
      SELECT 1 FROM workflow_version other
      WHERE other.workflow_key = it.workflow_key AND other.number BETWEEN v.number AND it.number
        AND (other.definition #> '{trigger,schedule}')::jsonb IS DISTINCT FROM it.schedule)`
  if (!row?.since) throw new Error(`there is no version ${id}`)
  return row.since
}

/** What the workflow's own row says, as its current version has it: its owner and channel by ids, where they are known. */
export const aboutOf = (definition: Definition, standards: Standards, bound: Bound) => ({
  title: definition.title,
  team: definition.team ?? null,
  ownerSpec: specWithIds((definition.owner ?? []).join(', '), bound),
  channel: channelWithId(exceptionChannel(definition, standards), bound),
})

/** The newest version of each workflow that has this content; a workflow that never had it is not among them. */
export async function newestWithHash(
  tx: Tx,
  hashes: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ key: string; number: number }[]>`
    SELECT v.workflow_key AS key, max(v.number) AS number
    FROM workflow_version v JOIN unnest(${[...hashes.keys()]}::text[], ${[...hashes.values()]}::text[]) AS h(key, hash)
      ON v.workflow_key = h.key AND v.content_hash = h.hash
    GROUP BY v.workflow_key`
  return new Map(rows.map(({ key, number }) => [key, number]))
}

/** Each workflow's current version, of the named ones: its id, number and hash. */
export async function currentHashes(tx: Tx, keys: string[]) {
  const rows = await tx.$queryRaw<{ key: string; id: string; number: number; hash: string }[]>`
    SELECT w.key, v.id, v.number, v.content_hash AS hash
    FROM workflow w JOIN workflow_version v ON v.workflow_key = w.key AND v.number = w.current_number
    WHERE w.key = ANY(${keys})`
  return new Map(rows.map((row) => [row.key, row]))
}

export interface VersionLine {
  id: string
  number: number
  publishedAt: Date
  publishedBy: string
  note: string | null
  rules: number
  runs: number
}

/** Every version of a workflow, newest first. */
export async function versionsOf(tx: Tx, key: string): Promise<VersionLine[]> {
  const rows = await tx.workflowVersion.findMany({
    where: { workflowKey: key },
    orderBy: { number: 'desc' },
    select: {
      id: true,
      number: true,
      publishedAt: true,
      publishedBy: true,
      note: true,
      _count: { select: { rules: true, runs: true } },
    },
  })
  return rows.map(({ _count, ...row }) => ({ ...row, ..._count }))
}

/** Points the workflow at one of its versions. Runs in flight keep the one they began with. */
export async function pointAt(tx: Tx, version: StoredVersion): Promise<void> {
  const { workflow: key, definition, standards, number, id } = version
  await tx.workflow.update({
    where: { key },
    data: { ...aboutOf(definition, standards, await boundIn(tx, id)), currentNumber: number },
  })
}

/** The current version; undefined: there is no such workflow. */
export async function liveVersion(tx: Tx, key: string): Promise<StoredVersion | undefined> {
  const row = await tx.workflow.findUnique({ where: { key }, select: { currentNumber: true } })
  return row ? findVersion(tx, key, row.currentNumber) : undefined
}

/** One version by its number; undefined when there is none. */
export async function findVersion(tx: Tx, key: string, number: number): Promise<StoredVersion | undefined> {
  const row = await tx.workflowVersion.findUnique({
    where: { workflowKey_number: { workflowKey: key, number } },
    select: { id: true },
  })
  return row ? readVersion(tx, row.id) : undefined
}
