// What a request brought, taken by those who want it.
import type { Captured, CaptureAll } from '../pipeline/capture/capture.ts'
import type { Offer, TakeAll, Taken } from '../pipeline/capture/fan-out.ts'
import type { ReadyVersion } from '../workflow/catalog.ts'
import { makeTurns } from '../turns.ts'
import { type Addressee, pathOf } from './addressee.ts'
import { type Brought, hashOf, type Request, wantingOf } from './arrivals.ts'

export interface TakeDeps {
  captureAll: CaptureAll
  takeAll: TakeAll
}

/** All of a request are written in one statement. */
const MOST_RUNS = 25_000

/** Nothing was taken: it would start more runs than one commit holds. */
export class TooManyRunsError extends Error {}

/** Filters of many workflows over a large batch take the thread for long. */
const turn = makeTurns()

async function whoWants(event: Brought, takers: readonly ReadyVersion[]): Promise<ReadyVersion[]> {
  const wanting: ReadyVersion[] = []
  for (const version of takers) {
    await turn()
    // One whose filter has no answer takes it: its run says so.
    if (version.compiled.wants(event.input).kind !== 'ignored') wanting.push(version)
  }
  return wanting
}

async function offersOf(
  { address, sender, takers }: Addressee,
  events: readonly Brought[],
  request: Request,
): Promise<Offer[]> {
  const offers: Offer[] = []
  let runs = 0
  for (const event of events) {
    const wanting = await whoWants(event, takers)
    runs += wanting.length
    if (runs > MOST_RUNS) throw new TooManyRunsError()
    offers.push({
      address: pathOf(address),
      keyedBy: address.kind === 'hook' ? address.name : null,
      dedupeKey: event.dedupeKey,
      type: sender.type(event.input) ?? null,
      contentType: event.contentType,
      body: event.bytes.toString('base64'),
      contentHash: hashOf(event),
      receivedAt: request.at,
      wantedBy: wanting.map((version) => wantingOf(event, version, request)),
    })
  }
  return offers
}

/** Rejects when nothing was taken. */
export async function take(
  { captureAll, takeAll }: TakeDeps,
  { addressee, events, request }: { addressee: Addressee; events: readonly Brought[]; request: Request },
): Promise<(Captured | Taken)[]> {
  const [only] = addressee.takers
  if (addressee.isFiltered || !only) return takeAll(await offersOf(addressee, events, request))
  return captureAll(
    events.map((event) => ({
      ...wantingOf(event, only, request),
      dedupeKey: event.dedupeKey,
      contentType: event.contentType,
      body: event.bytes.toString('base64'),
    })),
  )
}
