// The action `emit`: an event for another workflow, captured like any other. Chains of workflows end: each event
// says how many emits came before it, and at the limit the next one is refused.
import { FROM_HEADER } from '../../db/runs/initiators.ts'
import { FaultError } from '../../domain/fault.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import type { Capture, Captured } from '../capture/capture.ts'

/** Headers that only we can put on an event: capture from outside keeps none of this name. */
const DEPTH_HEADER = 'signalbox-depth'
const MOST_DEPTH = 8

export interface Emission {
  workflow: string
  event: JsonObject
  key: string
  fromRun: string
  /** Headers of the event that the emitting run is about. */
  fromHeaders: Record<string, string>
}
export type Emit = (emission: Emission) => Promise<Captured>

/** Makes the emitter. A second try with the same key finds the event of the first. Throws FaultError. */
export function makeEmit(catalog: Catalog, capture: Capture, clock: () => Date): Emit {
  return async ({ workflow, event, key, fromRun, fromHeaders }) => {
    const depth = Number(fromHeaders[DEPTH_HEADER] ?? 0) + 1
    if (!(depth <= MOST_DEPTH))
      throw new FaultError(
        'emit_loop',
        `this event is the ${depth}th in a chain of workflows: they go in a circle`,
        {
          retry: 'never',
        },
      )
    const current = await catalog.current(workflow)
    if (!current)
      throw new FaultError('unknown_workflow', `there is no workflow "${workflow}"`, { retry: 'never' })
    const { compiled, id } = current.version
    const headers = { [DEPTH_HEADER]: String(depth), [FROM_HEADER]: fromRun }
    const subject = compiled.subject({ body: event, headers }) ?? null
    return capture({
      workflow,
      versionId: id,
      source: 'emit',
      dedupeKey: `emit:${key}`,
      subject,
      contentType: 'application/json',
      headers,
      body: Buffer.from(JSON.stringify(event)).toString('base64'),
      receivedAt: clock(),
      actor: null,
      replayOf: null,
    })
  }
}
