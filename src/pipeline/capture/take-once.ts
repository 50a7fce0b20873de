// What arrives is taken once, by its key, whoever brings it again: new, a repeat, or another content under the same key.
import { failPoint } from '../../fail-point.ts'
import type { Asked } from '../../shared-commits.ts'

/** One at least. */
export type Repeats<What> = [{ what: What; n: number }, ...{ what: What; n: number }[]]

/** One kind of what is taken: `What` arrives, `Row` is written of it, `Answer` is told. */
export interface Taking<What, Row, Answer> {
  /** null: it cannot be known again. */
  keyOf(what: What): string | null
  rowOf(what: What): Row
  /** Writes what is new in one commit; resolves with those rows. The keys of the others are taken. */
  insert(rows: Row[]): Promise<ReadonlySet<Row>>
  answerOf(row: Row): Answer
  /** Those among these whose keys are taken by other content, each with what it is instead. */
  changedAmong(whats: What[]): Promise<ReadonlyMap<What, What>>
  /** Counts repeats, by key in one order, so that two commits lock in the same order; resolves with what came first. */
  countRepeats(repeats: Repeats<What>): Promise<(what: What) => Answer | undefined>
}

/** What is no longer the first of its key, counted by it. */
function foldRepeats<What>(
  { keyOf }: Pick<Taking<What, unknown, unknown>, 'keyOf'>,
  repeated: What[],
): Repeats<What> {
  const repeats = new Map<string, { what: What; n: number }>()
  for (const what of repeated) {
    const key = keyOf(what)
    if (key === null) continue
    const repeat = repeats.get(key) ?? { what, n: 0 }
    repeat.n += 1
    repeats.set(key, repeat)
  }
  const sorted = [...repeats.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, repeat]) => repeat)
  const [first, ...others] = sorted
  if (!first) throw new Error('unreachable: only what has a key can be a repeat')
  return [first, ...others]
}

/**
 * One commit for a batch. In a batch, the first with a key is the one that counts. What is new is answered as soon as it is
 * committed: should counting the repeats fail, it stays accepted, for without a key it would be taken a second time.
 */
export async function takeOnce<What, Row, Answer>(
  taking: Taking<What, Row, Answer>,
  batch: Asked<What, Answer>[],
): Promise<void> {
  const rows: Row[] = []
  const firstOf = new Map<string, Row>()
  const rowOf = batch.map(({ what }) => {
    const key = taking.keyOf(what)
    const first = key === null ? undefined : firstOf.get(key)
    if (first) return first
    const row = taking.rowOf(what)
    if (key !== null) firstOf.set(key, row)
    rows.push(row)
    return row
  })
  failPoint('capture.before')
  const fresh = await taking.insert(rows)
  failPoint('capture.committed')
  const seen = new Set<Row>()
  const again: Asked<What, Answer>[] = []
  for (const [index, one] of batch.entries()) {
    const row = rowOf[index] as Row
    if (fresh.has(row) && !seen.has(row)) one.answer(taking.answerOf(row))
    else again.push(one)
    seen.add(row)
  }
  if (again.length === 0) return
  const changed = await taking.changedAmong(again.map(({ what }) => what))
  const repeated = again.filter(({ what }) => !changed.has(what))
  if (repeated.length > 0) {
    const earlier = await taking.countRepeats(
      foldRepeats(
        taking,
        repeated.map(({ what }) => what),
      ),
    )
    for (const { what, answer } of repeated) {
      const found = earlier(what)
      if (!found) throw new Error(`what came as ${taking.keyOf(what)} was neither inserted nor found`)
      answer(found)
    }
  }
  const other = again.filter(({ what }) => changed.has(what))
  if (other.length === 0) return
  await takeOnce(
    taking,
    other.map(({ what, answer }) => ({ what: changed.get(what) ?? what, answer })),
  )
}

/** What is answered of a delivery so far: it is not written again should the rest of its commit fail. */
const answeredOf = new WeakMap<readonly unknown[], Map<number, unknown>>()

/** The parts of each request, which is answered once all of them are. */
export const partsOf = <What extends object, Answer>(
  requests: Asked<readonly What[], Answer[]>[],
): Asked<What, Answer>[] =>
  requests.flatMap(({ what: parts, answer }) => {
    const answered = (answeredOf.get(parts) ?? new Map<number, Answer>()) as Map<number, Answer>
    answeredOf.set(parts, answered)
    return parts.flatMap((what, at) => {
      if (answered.has(at)) return []
      const keep = (one: Answer) => {
        answered.set(at, one)
        if (answered.size === parts.length) answer(parts.map((_, n) => answered.get(n) as Answer))
      }
      return [{ what, answer: keep }]
    })
  })
