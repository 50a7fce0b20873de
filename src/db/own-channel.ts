// In which channel a run's exceptions stand, as the version that decides it has it.
import { exceptionChannel } from '../domain/exception-channel.ts'
import { boundForRuns, channelWithId } from './name-bindings.ts'
import type { Tx } from './open.ts'
import type { RunView } from './run-view.ts'

export interface OwnChannel {
  /** As the file has it: `#pay`, or an id. */
  name: string
  /** The id of the channel that is meant; the name while it is not bound. */
  id: string
}

export async function ownChannel(
  tx: Tx,
  { id: runId, definition, standards }: Pick<RunView, 'id' | 'definition' | 'standards'>,
): Promise<OwnChannel> {
  const name = exceptionChannel(definition, standards)
  const bound = (await boundForRuns(tx, [runId])).get(runId) ?? new Map<string, string | null>()
  return { name, id: channelWithId(name, bound) }
}
