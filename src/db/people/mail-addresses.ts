// Where the people whom an owner's name means can be reached when Slack cannot be.
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { isMemberSql, workspaceSql } from './workspace.ts'
import { idsIn } from './owners.ts'
import type { Tx } from '../store/open.ts'

const MOST = 20

/** Addresses of the members behind `specs` (ids, groups, roles), each once. */
export async function mailAddressesOf(tx: Tx, specs: string[], standards: Standards): Promise<string[]> {
  const ids = idsIn(specs, standards)
  const rows = await tx.$queryRaw<{ email: string }[]>`
    SELECT p.email FROM person p, ${workspaceSql}
    WHERE p.email IS NOT NULL AND ${isMemberSql} AND (p.id = ANY(${ids}) OR EXISTS (
      SELECT 1 FROM person_group g WHERE g.id = ANY(${ids}) AND p.id = ANY(g.members)))
    ORDER BY p.id LIMIT ${MOST}`
  return [...new Set(rows.map(({ email }) => email))]
}
