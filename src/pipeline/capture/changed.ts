// Deliveries that have the id of an earlier one and say something else. None is lost: each becomes an event of its own, and its
// run asks its owner whether it is new.
import { createHash } from 'node:crypto'
import { bodyOf, readFirst } from '../../db/runs/events.ts'
import type { Tx } from '../../db/store/open.ts'
import type { StoredBody } from '../../domain/body/read-body.ts'
import { contentHash } from '../../domain/values/content.ts'
import type { Arrival } from './capture.ts'

export const keyOf = ({ workflow, dedupeKey }: Arrival): string | null =>
  dedupeKey === null ? null : `${workflow}\n${dedupeKey}`

const storedOf = ({ body, contentType }: Arrival): StoredBody => ({
  body: Buffer.from(body, 'base64'),
  contentType,
})

/**
 * The arrivals among these whose keys are taken by events with other content, each with the arrival that it is instead: its key
 * names its content, so that it comes once too. What we make ourselves says the same under the same key.
 */
export async function changedAmong(tx: Tx, arrivals: Arrival[]): Promise<Map<Arrival, Arrival>> {
  const given = arrivals.filter(({ source, sameIdAs }) => source === 'webhook' && sameIdAs === undefined)
  const changed = new Map<Arrival, Arrival>()
  if (given.length === 0) return changed
  const keys = new Map(
    given.flatMap((one) =>
      one.dedupeKey === null ? [] : [[keyOf(one), { workflow: one.workflow, key: one.dedupeKey }] as const],
    ),
  )
  const firsts = await readFirst(tx, [...keys.values()])
  // A batch may have many contents of one key: the first is read once.
  const hashes = new Map<string, string>()
  const hashOfEvent = async (event: string) => {
    const hash = hashes.get(event) ?? contentHash(await bodyOf(tx, event))
    hashes.set(event, hash)
    return hash
  }
  for (const arrival of given) {
    const first = firsts.get(keyOf(arrival) ?? '')
    const stored = storedOf(arrival)
    if (!first || first.sha256 === createHash('sha256').update(stored.body).digest('hex')) continue
    const hash = contentHash(stored)
    // What was erased cannot be compared any more: it may be new.
    if (first.sha256 !== null && hash === (await hashOfEvent(first.event))) continue
    changed.set(arrival, {
      ...arrival,
      dedupeKey: `changed:${hash}:${arrival.dedupeKey}`,
      sameIdAs: first.event,
    })
  }
  return changed
}
