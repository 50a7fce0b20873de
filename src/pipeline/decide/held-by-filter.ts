// A filter that has no answer.
import type { EventInput } from '../../domain/event-input.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { heldUnread, type Verdict } from './judge.ts'

/** What stops a run whose event may not have been wanted: its workflow's `when` could not be worked out for it. */
export function heldByFilter(
  input: EventInput,
  { wants }: Pick<ReadyVersion['compiled'], 'wants'>,
): Verdict | undefined {
  const wanted = wants(input)
  if (wanted.kind !== 'unclear') return undefined
  return heldUnread(
    `The filter of this workflow (when under trigger) has no answer for this event: ${wanted.message}. Replay the run to take it anyway, or dismiss it.`,
    'when',
  )
}
