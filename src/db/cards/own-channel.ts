// Where a run comes from and in which channel its exceptions stand: what decides how much of it a card may show.
import { exceptionChannel } from '../../domain/workflow-file/exception-channel.ts'
import { boundForRuns, channelWithId } from '../people/name-bindings.ts'
import type { Tx } from '../store/open.ts'
import type { RunView } from '../runs/run-view.ts'

export interface OwnChannel {
  /** As the file has it: `#pay`, or an id. */
  name: string
  /** The id of the channel that is meant; the name while it is not bound. */
  id: string
}

export interface Origin {
  workflow: string
  /** `watchdog` for our own findings. */
  source: string
  /** As the version that decides the run has it. */
  ownChannel: OwnChannel
}

export async function originOf(
  tx: Tx,
  { id: runId, workflow, event, definition, standards }: RunView,
): Promise<Origin> {
  const name = exceptionChannel(definition, standards)
  const bound = (await boundForRuns(tx, [runId])).get(runId) ?? new Map<string, string | null>()
  const ownChannel = { name, id: channelWithId(name, bound) }
  return { workflow: workflow.key, source: event.source, ownChannel }
}
