// Names that nobody had when their file was published, and channels that were not there, are bound by the first sync that
// finds them; what waits for them then knows whom and which it means.
import { withIds } from '../../domain/people/owner.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { Prisma } from '../generated/client.ts'
import { bindNow } from './members.ts'
import { bindIn, boundForRuns, namesOf, scopeOfStandards, specWithIds } from './name-bindings.ts'
import type { Database, Tx } from '../store/open.ts'
import { lockPublishing, readVersion } from '../workflows/workflows.ts'

/** Versions that decide something now: current ones, shadows, and those of runs that have not ended. */
const liveVersions = (tx: Tx) => tx.$queryRaw<{ id: string }[]>`
  SELECT v.id FROM workflow w JOIN workflow_version v ON v.workflow_key = w.key AND v.number = w.current_number
  UNION SELECT shadow_id FROM workflow WHERE shadow_id IS NOT NULL
  UNION SELECT version_id FROM run WHERE state <> 'ended'`

/** Versions that were published before names, or those of channels, were kept with them. */
async function bindOlder(tx: Tx, ids: string[], at: Date): Promise<void> {
  const known = await tx.nameBinding.findMany({
    where: { scope: { in: ids }, name: { startsWith: '#' } },
    distinct: ['scope'],
    select: { scope: true },
  })
  const done = new Set(known.map(({ scope }) => scope))
  for (const id of ids.filter((one) => !done.has(one))) {
    const { definition, standards } = await readVersion(tx, id)
    await bindIn(tx, id, namesOf(definition, standards), { at, kept: new Map() })
  }
}

async function bindOlderStandards(tx: Tx, at: Date): Promise<string[]> {
  const row = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { id: true, content: true } })
  if (!row) return []
  const scope = scopeOfStandards(row.id)
  const names = namesOf(undefined, row.content as unknown as Standards)
  if ((await tx.nameBinding.count({ where: { scope, name: { startsWith: '#' } } })) === 0)
    await bindIn(tx, scope, names, { at, kept: new Map() })
  return [scope]
}

/** Owners that rows keep as text, where a name in them has got an id meanwhile. */
async function rewriteOwners(tx: Tx): Promise<void> {
  const workflows = await tx.$queryRaw<{ key: string; spec: string; versionId: string }[]>`
    SELECT w.key, w.owner_spec AS spec, v.id AS "versionId" FROM workflow w
    JOIN workflow_version v ON v.workflow_key = w.key AND v.number = w.current_number WHERE w.owner_spec LIKE '%@%'`
  const bound = new Map<string, Map<string, string | null>>()
  const rows = await tx.nameBinding.findMany({
    where: { scope: { in: workflows.map(({ versionId }) => versionId) } },
  })
  for (const { scope, name, slackId } of rows)
    bound.set(scope, (bound.get(scope) ?? new Map<string, string | null>()).set(name, slackId))
  for (const { key, spec, versionId } of workflows) {
    const ownerSpec = specWithIds(spec, bound.get(versionId) ?? new Map())
    if (ownerSpec !== spec) await tx.workflow.update({ where: { key }, data: { ownerSpec } })
  }
  const open = await tx.$queryRaw<{ id: string; runId: string; spec: string; policy: { by?: string[] } }[]>`
    SELECT id, run_id AS "runId", owner_spec AS spec, policy FROM exception
    WHERE state = 'open' AND (owner_spec LIKE '%@%' OR policy::text LIKE '%@%')`
  const forRuns = await boundForRuns(
    tx,
    open.map(({ runId }) => runId),
  )
  for (const { id, runId, spec, policy } of open) {
    const names = forRuns.get(runId) ?? new Map<string, string | null>()
    const ownerSpec = specWithIds(spec, names)
    const by = (policy.by ?? []).map((one) => withIds(one, names))
    if (ownerSpec === spec && by.every((one, at) => one === policy.by?.[at])) continue
    await tx.exception.updateMany({
      where: { id, state: 'open' },
      data: { ownerSpec, policy: { ...policy, by } },
    })
  }
}

/** The same for channels: cards of what is open, and digests, move from a name to its id. */
async function rewriteChannels(tx: Tx, standardsScope: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE workflow w SET channel = b.slack_id FROM workflow_version v JOIN name_binding b ON b.scope = v.id
    WHERE w.channel LIKE '#%' AND v.workflow_key = w.key AND v.number = w.current_number AND b.name = w.channel
      AND b.slack_id IS NOT NULL`
  const meant = Prisma.sql`
    SELECT c.id, c.folded_into, b.slack_id FROM card c JOIN exception e ON e.id = c.subject_id JOIN run r ON r.id = e.run_id
    JOIN name_binding b ON b.scope = r.version_id AND b.name = c.channel
    WHERE c.kind = 'exception' AND c.channel LIKE '#%' AND e.state = 'open' AND b.slack_id IS NOT NULL`
  await tx.$executeRaw`
    UPDATE card s SET channel = meant.slack_id FROM (${meant}) meant
    WHERE s.id = meant.folded_into AND s.channel LIKE '#%'`
  await tx.$executeRaw`UPDATE card c SET channel = meant.slack_id FROM (${meant}) meant WHERE c.id = meant.id`
  const ofStandards = Prisma.sql`b.scope = ${standardsScope} AND b.slack_id IS NOT NULL`
  await tx.$executeRaw`
    UPDATE card c SET channel = b.slack_id FROM name_binding b
    WHERE c.kind = 'digest' AND b.name = c.channel AND ${ofStandards}`
  await tx.$executeRaw`
    UPDATE digest d SET channel = b.slack_id FROM name_binding b WHERE b.name = d.channel AND ${ofStandards}`
}

/** Binds what is unbound in everything that is live. */
export async function bindNames(db: Database, at: Date): Promise<void> {
  await db.transaction(async (tx) => {
    // What is being published now did not see whom this sync found: it is waited for, and bound here.
    await lockPublishing(tx)
    const ids = (await liveVersions(tx)).map(({ id }) => id)
    await bindOlder(tx, ids, at)
    const standardsScopes = await bindOlderStandards(tx, at)
    const scopes = [...ids, ...standardsScopes]
    const unbound = await tx.nameBinding.findMany({ where: { scope: { in: scopes }, slackId: null } })
    const now = await bindNow(tx, [...new Set(unbound.map(({ name }) => name))])
    for (const { scope, name } of unbound) {
      const slackId = now.get(name)
      if (slackId)
        await tx.nameBinding.updateMany({
          where: { scope, name, slackId: null },
          data: { slackId, boundAt: at },
        })
    }
    await rewriteOwners(tx)
    await rewriteChannels(tx, standardsScopes[0] ?? '')
  })
}
