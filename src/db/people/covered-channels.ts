// Finds the channels that an approval is about to cover: bound ones as their version has them, the record's as they are now.
import type { Cover } from '../../domain/exceptions/approval.ts'
import { channelsToFind, withChannelIds } from '../../domain/exceptions/approved-channels.ts'
import type { Bound } from '../../domain/people/owner.ts'
import { channelsCalled } from './channels.ts'
import { boundForRuns } from './name-bindings.ts'
import type { Tx } from '../store/open.ts'

/** Each cover with the ids of its channels, in the same order. `bound`: what names mean in the run's version. */
export async function withChannels(tx: Tx, covers: { cover: Cover; bound: Bound }[]): Promise<Cover[]> {
  // As where it is posted: a name in the file that is not bound yet is looked for as one from the record is.
  const names = covers.flatMap(({ cover, bound }) =>
    channelsToFind(cover).filter((name) => typeof bound.get(name) !== 'string'),
  )
  const now = names.length === 0 ? new Map<string, string>() : await channelsCalled(tx, names)
  return covers.map(({ cover, bound }) => withChannelIds(cover, (name) => bound.get(name) ?? now.get(name)))
}

/** The same for one run. */
export async function withChannelsOf(tx: Tx, runId: string, cover: Cover): Promise<Cover> {
  if (channelsToFind(cover).length === 0) return cover
  const bound = (await boundForRuns(tx, [runId])).get(runId) ?? new Map<string, string | null>()
  const [found = cover] = await withChannels(tx, [{ cover, bound }])
  return found
}
