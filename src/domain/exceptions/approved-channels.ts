// Which channel a name stood for when an approval was asked for: names move on, an approval does not. Pure.
import type { Cover, PlannedAction } from './approval.ts'
import { canonicalHash } from '../values/canonical.ts'
import { channelNameIn } from '../workflow-file/named-channels.ts'

/** `#pay` of a message whose channel is covered and not yet found; undefined: there is nothing to find. */
function nameToFind({ does, values, channelId }: PlannedAction): string | undefined {
  const channel = new Map(values).get('channel')
  return does === 'slack' && channelId === undefined && typeof channel === 'string'
    ? channelNameIn(channel)
    : undefined
}

/** The channels that a cover names, each as `#pay`. */
export const channelsToFind = (cover: Cover): string[] =>
  cover.actions.flatMap((action) => nameToFind(action) ?? [])

/** The cover with the id of each channel that it names, which is part of its hash. `idOf` → undefined: nobody has the name. */
export function withChannelIds(cover: Cover, idOf: (name: string) => string | undefined): Cover {
  const actions = cover.actions.map((action) => {
    const name = nameToFind(action)
    if (name === undefined) return action
    const channelId = idOf(name) ?? null
    return { ...action, channelId, hash: canonicalHash({ hash: action.hash, channelId }) }
  })
  return { hash: canonicalHash(actions.map(({ hash }) => hash)), actions }
}
