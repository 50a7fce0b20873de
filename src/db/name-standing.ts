// What became of the names in what is published now: whom they mean, which are nobody's, and which handles went to others.
import { bindNow } from './members.ts'
import { scopeOfStandards } from './name-bindings.ts'
import type { Tx } from './open.ts'

export interface NameStanding {
  /** A version's id, or `standards:<id>`. */
  scope: string
  /** Where it stands, for people: a workflow's key, or signalbox.yaml. */
  file: string
  name: string
  /** null: nobody has it. */
  slackId: string | null
  /** Somebody else of our workspace who has this name now, and none of its rights. */
  nowWith?: { id: string; label: string }
}

/** Every name of the current versions, and of the roles of signalbox.yaml. */
export async function namesStanding(tx: Tx): Promise<NameStanding[]> {
  const newest = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { id: true } })
  const rows = await tx.$queryRaw<NameStanding[]>`
    SELECT b.scope, COALESCE(w.key, 'signalbox.yaml') AS file, b.name, b.slack_id AS "slackId" FROM name_binding b
    LEFT JOIN workflow_version v ON v.id = b.scope
    LEFT JOIN workflow w ON w.key = v.workflow_key AND w.current_number = v.number
    WHERE w.key IS NOT NULL OR b.scope = ${newest ? scopeOfStandards(newest.id) : ''}
    ORDER BY file, b.name`
  const now = await bindNow(tx, [...new Set(rows.map(({ name }) => name))])
  const others = [...now.values()].filter((id) => id !== null)
  const people = await tx.person.findMany({ where: { id: { in: others } }, select: { id: true, name: true } })
  const groups = await tx.personGroup.findMany({
    where: { id: { in: others } },
    select: { id: true, name: true },
  })
  const names = new Map([...people, ...groups].map(({ id, name }) => [id, name]))
  return rows.map((row) => {
    const id = now.get(row.name) ?? null
    if (id === null || row.slackId === null || id === row.slackId) return row
    return { ...row, nowWith: { id, label: `${names.get(id) ?? id}, ${id}` } }
  })
}

/** `Ada Two, U0… has the name @ada now`: said wherever the one who was meant is looked for. */
export const nowWithText = ({ name, nowWith }: NameStanding): string =>
  nowWith
    ? `The name ${name} belongs to somebody else now (${nowWith.label}), who has nothing of what it stands for here: write the id of who is meant.`
    : ''
