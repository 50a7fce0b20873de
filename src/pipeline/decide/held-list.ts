// A list where the workflow reads an object.
import type { EventInput } from '../../domain/event-input.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { heldUnread, type Verdict } from './judge.ts'

/** What stops a run whose event is a list that nobody declared, where its workflow reads an object: half of it would be lost. */
export function heldAsList(
  { body }: EventInput,
  { eventPaths }: ReadyVersion['compiled'],
): Verdict | undefined {
  const read = eventPaths.find(({ path }) => !/^\d/.test(path))
  if (!Array.isArray(body) || read === undefined) return undefined
  return heldUnread(
    `This delivery is a list of ${body.length}, and the workflow reads event.${read.path}. Nothing of it was taken. Write each: event under webhook, and have it sent again.`,
    '',
  )
}
