// The pages of messages that are shown: the channel's, and the open thread's.

import { withOlder } from './feed.js'
import { useEffect } from './html.js'
import { readMessages } from './server.js'

const pageSize = 100

/** @param {{state: any, setState: any, place: import('./place.js').Place, reloads: number, current: any, say: (words: string) => void}} options */
export const useLists = ({ state, setState, place, reloads, current, say }) => {
  const as = state?.workspace.as
  const channel = state?.workspace.channels.find((one) => one.id === place.channel)
  const tell = (error) => say(error.message)

  const readChannel = async () => {
    const page = await readMessages({ channel: channel.id, as, limit: pageSize })
    if (current.current.place.channel !== channel.id) return
    setState((before) => ({ ...before, list: { channel: channel.id, ...page, hasNewer: false } }))
  }

  useEffect(() => {
    if (!channel || place.isHome) return
    const unreadAfter = channel.unread > 0 ? channel.lastRead || '0' : null
    setState((before) => ({ ...before, unreadAfter }))
    readChannel().catch(tell)
  }, [channel?.id, as, place.isHome, reloads])

  useEffect(() => {
    if (!channel || !place.thread) return
    const { thread } = place
    readMessages({ channel: channel.id, as, thread, limit: pageSize })
      .then((page) =>
        setState((before) => ({
          ...before,
          thread: { channel: channel.id, ts: thread, ...page, hasNewer: false },
        })),
      )
      .catch(tell)
  }, [channel?.id, place.thread, as, reloads])

  const older = (key, thread) => async () => {
    const page = await readMessages({
      channel: channel.id,
      as,
      thread,
      before: state[key].before,
      limit: pageSize,
    })
    setState((before) =>
      before[key] ? { ...before, [key]: { ...before[key], ...withOlder(before[key], page) } } : before,
    )
  }

  return {
    channel,
    list: state?.list?.channel === channel?.id ? state?.list : null,
    thread: place.thread && state?.thread?.ts === place.thread ? state.thread : null,
    onOlder: older('list'),
    onOlderReplies: older('thread', place.thread),
    onNewest: () => readChannel().catch(tell),
  }
}
