// What became of the names in what is published now: whom they mean, which are nobody's, and which went to others since.
import { bindNow } from './members.ts'
import { keptFor, scopeOfStandards } from './name-bindings.ts'
import type { Tx } from '../store/open.ts'

interface Labelled {
  id: string
  /** As Slack calls them now; their id where it does not say. */
  label: string
  /** Deactivated, a group without anybody in it, or a channel that Slack does not show any more. */
  isGone: boolean
}

/** A name that somebody else has now, who has none of its rights. */
export interface MovedName {
  name: string
  was: Labelled
  now: Labelled
}

export interface NameState {
  /** A version's id, or `standards:<id>`. */
  scope: string
  /** Where it stands, for people: a workflow's key, or signalbox.yaml. */
  file: string
  name: string
  /** null: nobody has it. */
  slackId: string | null
  moved?: MovedName
}

async function labelled(tx: Tx, ids: string[]): Promise<Map<string, Labelled>> {
  const where = { id: { in: ids } }
  const people = await tx.person.findMany({ where, select: { id: true, name: true, isDeleted: true } })
  const groups = await tx.personGroup.findMany({ where, select: { id: true, name: true, members: true } })
  const channels = await tx.channel.findMany({ where, select: { id: true, name: true, isGone: true } })
  const known = new Map<string, Labelled>([
    ...people.map(({ id, name, isDeleted }) => [id, { id, label: name, isGone: isDeleted }] as const),
    ...groups.map(
      ({ id, name, members }) => [id, { id, label: name, isGone: members.length === 0 }] as const,
    ),
    ...channels.map(({ id, name, isGone }) => [id, { id, label: `#${name}`, isGone }] as const),
  ])
  return new Map(ids.map((id) => [id, known.get(id) ?? { id, label: id, isGone: false }]))
}

/** Those of these names, as they are bound, that somebody else has now. */
export async function movedAmong(
  tx: Tx,
  bound: readonly (readonly [string, string | null])[],
): Promise<MovedName[]> {
  const now = await bindNow(tx, [...new Set(bound.map(([name]) => name))])
  const moved = bound.flatMap(([name, was]) => {
    const is = now.get(name) ?? null
    return was === null || is === null || was === is ? [] : [{ name, was, is }]
  })
  const labels = await labelled(
    tx,
    moved.flatMap(({ was, is }) => [was, is]),
  )
  return moved.flatMap(({ name, was, is }) => {
    const [before, after] = [labels.get(was), labels.get(is)]
    return before && after ? [{ name, was: before, now: after }] : []
  })
}

/** The same of several versions in one go, in their order. */
export async function movedInEach(
  tx: Tx,
  versions: readonly ReadonlyMap<string, string | null>[],
): Promise<MovedName[][]> {
  const pairs = new Map(
    versions.flatMap((bound) => [...bound].map((pair) => [JSON.stringify(pair), pair] as const)),
  )
  const moved = await movedAmong(tx, [...pairs.values()])
  return versions.map((bound) => moved.filter(({ name, was }) => bound.get(name) === was.id))
}

/** Those of the names that a workflow's next version has, whose meaning it keeps although somebody else has them now. */
export async function movedFor(tx: Tx, workflow: string, names: string[]): Promise<MovedName[]> {
  const kept = await keptFor(tx, workflow)
  return movedAmong(
    tx,
    names.map((name) => [name, kept.get(name) ?? null] as const),
  )
}

/** Every name of the current versions, and of signalbox.yaml. */
export async function nameStates(tx: Tx): Promise<NameState[]> {
  const newest = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { id: true } })
  const rows = await tx.$queryRaw<NameState[]>`
    SELECT b.scope, COALESCE(w.key, 'signalbox.yaml') AS file, b.name, b.slack_id AS "slackId" FROM name_binding b
    LEFT JOIN workflow_version v ON v.id = b.scope
    LEFT JOIN workflow w ON w.key = v.workflow_key AND w.current_number = v.number
    WHERE w.key IS NOT NULL OR b.scope = ${newest ? scopeOfStandards(newest.id) : ''}
    ORDER BY file, b.name`
  const moved = await movedAmong(
    tx,
    rows.map(({ name, slackId }) => [name, slackId] as const),
  )
  return rows.map((row) => {
    const one = moved.find(({ name, was }) => name === row.name && was.id === row.slackId)
    return one ? { ...row, moved: one } : row
  })
}

const entryText = ({ id, label, isGone }: Labelled): string => `${label} (${id}${isGone ? ', gone' : ''})`

/** # would begin a comment. */
const typed = (name: string): string => (name.startsWith('#') ? `"${name}"` : name)

/** Said wherever the one who was meant is looked for, and wherever something with the name is published. */
export const movedText = ({ name, was, now }: MovedName): string =>
  `${name}: was ${entryText(was)}, is now ${entryText(now)}; it stays with ${was.id} until signalbox apply --rebind ${typed(name)}`
