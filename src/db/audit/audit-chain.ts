// The audit's chain: each row is hashed together with the row before it (trigger `chain`). Here it is checked, with
// sums of our own: whoever changed the database's functions along with a row is found all the same.
import { createHash } from 'node:crypto'
import type { Tx } from '../store/open.ts'
import { type RecordFault, takenWords } from './taken-words.ts'

/** The newest row. Written down somewhere else (a digest does), it proves that nothing before it changed since. */
export interface ChainHead {
  id: bigint
  hash: string
}

export type ChainFault =
  /** The row is not what it was when it was written. */
  | { kind: 'altered'; id: bigint }
  /** Rows with these ids are gone. */
  | { kind: 'removed'; from: bigint; to: bigint }
  /** This row, or the one before it, was put in afterwards or in another order. */
  | { kind: 'inserted'; id: bigint }
  /** The note of which row the chain ends with is gone, or names another last row than there is. */
  | { kind: 'head_changed' }
  /** A head that was noted elsewhere is not in the chain: rows after it were replaced, or the end was cut off. */
  | { kind: 'head_missing'; hash: string }
  | RecordFault

export interface ChainCheck {
  rows: bigint
  /** Rows whose words were erased on request; the chain holds without them. */
  erased: bigint
  head: ChainHead | undefined
  fault: ChainFault | undefined
}

interface Row {
  id: bigint
  previous: string
  hash: string
  contentHash: string
  /** null: erased. */
  content: string | null
  /** Everything else, as one text that a row has exactly one of. */
  whole: string
}

const PAGE = 2000
// Ids begin at 1: a smaller one was put in by hand, and is read too.
const BEFORE_ALL = -(2n ** 63n)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Words may be missing only where the run says that they were erased. */
async function rowsAfter(tx: Tx, id: bigint): Promise<Row[]> {
  return tx.$queryRaw<Row[]>`
    SELECT "id", "previous", "hash", "content_hash" AS "contentHash",
      CASE WHEN "salt" IS NULL AND "before" IS NULL AND "after" IS NULL AND "note" IS NULL AND EXISTS (
             SELECT 1 FROM "run" WHERE "run"."id" = "audit"."run_id" AND "run"."erased" ? 'audit') THEN NULL
           ELSE jsonb_build_array("salt", "before", "after", "note")::text END AS "content",
      jsonb_build_array("previous", "id", to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        "actor", "surface", "action", "target", "run_id", "content_hash")::text AS "whole"
    FROM "audit" WHERE "id" > ${id} ORDER BY "id" LIMIT ${PAGE}`
}

function faultOf(row: Row, last: ChainHead | undefined): ChainFault | undefined {
  if (row.content !== null && sha256(row.content) !== row.contentHash) return { kind: 'altered', id: row.id }
  if (sha256(row.whole) !== row.hash) return { kind: 'altered', id: row.id }
  const expected = (last?.id ?? 0n) + 1n
  if (row.id > expected) return { kind: 'removed', from: expected, to: row.id - 1n }
  if (row.id < expected || row.previous !== (last?.hash ?? '')) return { kind: 'inserted', id: row.id }
  return undefined
}

const notedEnd = (tx: Tx) => tx.auditHead.findFirst({ select: { row: true, hash: true } })
type NotedEnd = Awaited<ReturnType<typeof notedEnd>>

/**
 * The last row read against what the trigger noted as the end, before and after the reading: rows may have come in
 * between, and an end only moves on.
 */
function endFault(
  last: ChainHead | undefined,
  { before, after, isBeforeThere }: { before: NotedEnd; after: NotedEnd; isBeforeThere: boolean },
): ChainFault | undefined {
  const there = last?.id ?? 0n
  if (before && before.row > there) return { kind: 'removed', from: there + 1n, to: before.row }
  return !isBeforeThere || (after?.row ?? 0n) < there ? { kind: 'head_changed' } : undefined
}

/**
 * Reads the whole chain, a page at a time, up to the first fault. `heads` are hashes noted elsewhere (in digests):
 * each must be found, or the end was cut off and written anew.
 */
export async function verifyChain(tx: Tx, heads: string[] = []): Promise<ChainCheck> {
  const wanted = new Set(heads)
  const before = await notedEnd(tx)
  let isBeforeThere = before === null
  let last: ChainHead | undefined
  let erased = 0n
  for (;;) {
    const rows = await rowsAfter(tx, last?.id ?? BEFORE_ALL)
    for (const row of rows) {
      const fault = faultOf(row, last)
      if (fault) return { rows: last?.id ?? 0n, erased, head: last, fault }
      if (row.content === null) erased += 1n
      if (row.hash === before?.hash) isBeforeThere = true
      wanted.delete(row.hash)
      last = { id: row.id, hash: row.hash }
    }
    if (rows.length < PAGE) break
  }
  const [missing] = wanted
  const fault: ChainFault | undefined =
    missing === undefined
      ? (endFault(last, { before, after: await notedEnd(tx), isBeforeThere }) ?? (await takenWords(tx)))
      : { kind: 'head_missing', hash: missing }
  return { rows: last?.id ?? 0n, erased, head: last, fault }
}

/** The newest row's id and hash; undefined while the audit is empty. */
export async function chainHead(tx: Tx): Promise<ChainHead | undefined> {
  const row = await tx.audit.findFirst({ orderBy: { id: 'desc' }, select: { id: true, hash: true } })
  return row ?? undefined
}
