// What the names in published files mean, kept with the version: bound when it is published, or by the first sync that finds
// somebody, and never followed afterwards.
import { type AccessRules, rights } from '../../domain/workflow-file/access.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { channelNames } from '../../domain/workflow-file/named-channels.ts'
import { namedInAccess, namedOwners } from '../../domain/workflow-file/named-owners.ts'
import { bindableIn, type Bound, withIds } from '../../domain/people/owner.ts'
import { splitOwners } from '../../domain/people/owner-texts.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { bindNow } from './members.ts'
import type { Tx } from '../store/open.ts'

export const scopeOfStandards = (id: number): string => `standards:${id}`

type Naming = Pick<Standards, 'roles' | 'access' | 'channels' | 'digests'>

const namedIn = ({ roles, access }: Pick<Naming, 'roles' | 'access'>): string[] => [
  ...Object.values(roles ?? {}).flat(),
  ...namedInAccess(access).map(({ text }) => text),
]

/**
 * Every name in a version: people, groups and channels in its definition, and in the roles, access and channels that it was
 * published under.
 */
export const namesOf = (definition: Definition | undefined, standards: Naming): string[] => {
  const ownNames = definition ? [...namedOwners(definition), ...namedInAccess(definition.access)] : []
  const people = bindableIn([...ownNames.map(({ text }) => text), ...namedIn(standards)])
  return [...new Set([...people, ...channelNames(definition, standards)])]
}

export interface Binding {
  at: Date
  /** What names meant until now: they go on meaning it, whoever has them now. */
  kept: Bound
  /** Names that are to mean who has them now. */
  rebind?: readonly string[] | undefined
}

/**
 * What names mean that are published now: what they meant until now, else who has them; null: nobody yet. Who left keeps
 * the name here too: it is not given to whoever got it since without anybody asking for that.
 */
export const meaningOf = (
  names: readonly string[],
  { kept, rebind = [], now }: Omit<Binding, 'at'> & { now: ReadonlyMap<string, string | null> },
): Map<string, string | null> =>
  new Map(
    names.map((name) => {
      const [was, is] = [kept.get(name) ?? null, now.get(name) ?? null]
      return [name, rebind.includes(name) ? (is ?? was) : (was ?? is)]
    }),
  )

/** Names of something that is published now. */
interface Named {
  scope: string
  names: string[]
  kept: Bound
}

/** Binds names, of several scopes in as many statements as of one; what is nobody's yet is kept as that. Names that are bound stay. */
export async function bindAllIn(
  tx: Tx,
  named: readonly Named[],
  { at, rebind }: Omit<Binding, 'kept'>,
): Promise<Map<string, Map<string, string | null>>> {
  const now = await bindNow(tx, [...new Set(named.flatMap(({ names }) => names))])
  const bound = named.map(
    ({ scope, names, kept }) => [scope, meaningOf(names, { kept, rebind, now })] as const,
  )
  await tx.nameBinding.createMany({
    data: bound.flatMap(([scope, meant]) =>
      [...meant].map(([name, slackId]) => ({ scope, name, slackId, boundAt: slackId === null ? null : at })),
    ),
    skipDuplicates: true,
  })
  return new Map(bound)
}

export async function bindIn(
  tx: Tx,
  scope: string,
  names: string[],
  { kept, ...binding }: Binding,
): Promise<Map<string, string | null>> {
  const bound = await bindAllIn(tx, [{ scope, names, kept }], binding)
  return bound.get(scope) ?? new Map<string, string | null>()
}

export async function boundIn(tx: Tx, scope: string): Promise<Map<string, string | null>> {
  const rows = await tx.nameBinding.findMany({ where: { scope }, select: { name: true, slackId: true } })
  return new Map(rows.map(({ name, slackId }) => [name, slackId]))
}

/** What names mean in signalbox.yaml as it was published last. */
export async function boundInStandards(tx: Tx): Promise<Map<string, string | null>> {
  const newest = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { id: true } })
  return newest ? boundIn(tx, scopeOfStandards(newest.id)) : new Map()
}

/** What names mean until each workflow's next version: as its current version has them, else as signalbox.yaml has them. */
export async function keptForAll(tx: Tx, workflows: string[]): Promise<Map<string, Map<string, string>>> {
  const inStandards = [...(await boundInStandards(tx))]
  const rows = await tx.$queryRaw<{ key: string; name: string; slackId: string | null }[]>`
    SELECT w.key, b.name, b.slack_id AS "slackId" FROM workflow w
    JOIN workflow_version v ON v.workflow_key = w.key AND v.number = w.current_number
    JOIN name_binding b ON b.scope = v.id WHERE w.key = ANY(${workflows})`
  const own = Map.groupBy(rows, ({ key }) => key)
  return new Map(
    workflows.map((key) => {
      const both = [
        ...inStandards,
        ...(own.get(key) ?? []).map(({ name, slackId }) => [name, slackId] as const),
      ]
      return [key, new Map(both.flatMap(([name, id]) => (id === null ? [] : [[name, id] as const])))]
    }),
  )
}

export const keptFor = async (tx: Tx, workflow: string): Promise<Map<string, string>> =>
  (await keptForAll(tx, [workflow])).get(workflow) ?? new Map<string, string>()

/** What names mean in each of several scopes. */
export async function boundInEach(tx: Tx, scopes: string[]): Promise<Map<string, Bound>> {
  const rows = await tx.nameBinding.findMany({ where: { scope: { in: scopes } } })
  const found = new Map(scopes.map((scope) => [scope, new Map<string, string | null>()]))
  for (const { scope, name, slackId } of rows) found.get(scope)?.set(name, slackId)
  return found
}

/** The same for the versions of several runs. */
export async function boundForRuns(tx: Tx, runIds: string[]): Promise<Map<string, Bound>> {
  const rows = await tx.$queryRaw<{ runId: string; name: string | null; slackId: string | null }[]>`
    SELECT r.id AS "runId", b.name, b.slack_id AS "slackId" FROM run r
    LEFT JOIN name_binding b ON b.scope = r.version_id WHERE r.id = ANY(${runIds})`
  const found = new Map<string, Map<string, string | null>>()
  for (const { runId, name, slackId } of rows) {
    const one = found.get(runId) ?? new Map<string, string | null>()
    if (name !== null) one.set(name, slackId)
    found.set(runId, one)
  }
  return found
}

/** A list of owners in one text, with ids. */
export const specWithIds = (spec: string, bound: Bound): string =>
  splitOwners(spec)
    .map((part) => withIds(part, bound))
    .join(', ')

/** `access:` with ids. */
export const accessWithIds = (access: AccessRules | undefined, bound: Bound): AccessRules =>
  Object.fromEntries(
    rights.flatMap((right) => {
      const written = access?.[right]
      return written ? [[right, written.map((text) => withIds(text, bound))]] : []
    }),
  )

/** A channel's id; its name where it is not bound: nobody reads by being in a channel of that name. */
export const channelWithId = (channel: string, bound: Bound): string => bound.get(channel) ?? channel

const channelsWithIds = ({ channels, digests }: Standards, bound: Bound) => {
  const withId = <T extends { channel?: string | undefined }>(one: T): T =>
    one.channel === undefined ? one : { ...one, channel: channelWithId(one.channel, bound) }
  const named = Object.entries(channels).flatMap(([what, channel]) =>
    channel === undefined ? [] : [[what, channelWithId(channel, bound)] as const],
  )
  return {
    channels: Object.fromEntries(named) as Standards['channels'],
    digests: Object.fromEntries(Object.entries(digests).map(([name, one]) => [name, withId(one)])),
  }
}

/** What holds for every team, with ids in roles, access and channels. */
export const standardsWithIds = <S extends Standards>(standards: S, bound: Bound): S => ({
  ...standards,
  ...channelsWithIds(standards, bound),
  ...(standards.access ? { access: accessWithIds(standards.access, bound) } : {}),
  roles: Object.fromEntries(
    Object.entries(standards.roles ?? {}).map(([role, texts]) => [
      role,
      texts.map((text) => withIds(text, bound)),
    ]),
  ),
})
