// How one event of the feed changes what the page knows. Pure: takes the state, gives the next one.

/** Messages kept and drawn in one list; older ones are read again when somebody scrolls up. */
export const windowSize = 300

const order = (one, other) => Number.parseFloat(one.ts) - Number.parseFloat(other.ts)

/** Puts a message, new or changed, in its place; the list never grows beyond `windowSize`. */
const withMessage = (list, message) => {
  const at = list.messages.findIndex((one) => one.ts === message.ts)
  if (at >= 0) return { ...list, messages: list.messages.with(at, message) }
  const first = list.messages[0]
  // older than what is shown: it will come with its page
  if (first && list.before && order(message, first) < 0) return list
  // newer ones were let go while somebody reads far up: they will come with "newest"
  if (list.hasNewer) return list
  const last = list.messages.at(-1)
  const messages =
    last && order(last, message) > 0
      ? [...list.messages, message].toSorted(order)
      : [...list.messages, message]
  return trimmedAtTop({ ...list, messages })
}

const trimmedAtTop = (list) => {
  const excess = list.messages.length - windowSize
  if (excess <= 0) return list
  const messages = list.messages.slice(excess)
  return { ...list, messages, before: messages[0].ts }
}

/** Older messages in front; what is too many then goes at the newer end. */
export const withOlder = (list, page) => {
  const known = new Set(list.messages.map((one) => one.ts))
  const messages = [...page.messages.filter((one) => !known.has(one.ts)), ...list.messages]
  const kept = messages.slice(0, windowSize)
  return { messages: kept, before: page.before, hasNewer: list.hasNewer || kept.length < messages.length }
}

const withoutMessage = (list, ts) => ({
  ...list,
  messages: list.messages.filter((one) => one.ts !== ts),
})

const isReply = (message) => message.threadTs !== null && message.threadTs !== message.ts

/** @returns {boolean} whether a channel's own list shows this message */
const standsInChannel = (message) => !isReply(message) || message.isBroadcast

const replaced = (items, item) => {
  const at = items.findIndex((one) => one.id === item.id)
  return at < 0 ? [...items, item] : items.with(at, { ...items[at], ...item })
}

const withChannel = (workspace, id, change) => ({
  ...workspace,
  channels: workspace.channels.map((one) => (one.id === id ? { ...one, ...change(one) } : one)),
})

const countsAsUnread = (state, { message, isNew }) =>
  isNew && message.user !== state.workspace.as && standsInChannel(message)

const onMessage = (state, event) => {
  const { message } = event
  let next = state
  if (message.channel === state.list?.channel && standsInChannel(message))
    next = { ...next, list: { ...next.list, ...withMessage(next.list, message) } }
  const thread = state.thread
  if (thread?.channel === message.channel && (message.threadTs ?? message.ts) === thread.ts)
    next = { ...next, thread: { ...thread, ...withMessage(thread, message) } }
  if (!event.isNew) return next
  const unread = countsAsUnread(state, event) ? 1 : 0
  const workspace = withChannel(next.workspace, message.channel, (channel) => ({
    unread: channel.unread + unread,
    latest: message.ts,
  }))
  return { ...next, workspace }
}

const onDeleted = (state, { channel, ts }) => ({
  ...state,
  list: state.list?.channel === channel ? { ...state.list, ...withoutMessage(state.list, ts) } : state.list,
  thread:
    state.thread?.channel === channel
      ? { ...state.thread, ...withoutMessage(state.thread, ts) }
      : state.thread,
})

const deliveriesKept = 50

const onDelivery = (state, { delivery }) => ({
  ...state,
  deliveries: replaced(state.deliveries, delivery).slice(-deliveriesKept),
})

const inWorkspace = (state, change) => ({ ...state, workspace: { ...state.workspace, ...change } })

/** As it is now; without it, where it is no longer mine to read. */
const channelsAfter = ({ channels, as }, channel) =>
  channel.members.includes(as)
    ? channels.map((one) => (one.id === channel.id ? { ...one, ...channel } : one))
    : channels.filter((one) => one.id !== channel.id)

/** @param {any} state @param {import('../page-contract.ts').FeedEvent} event */
export const applyEvent = (state, event) => {
  const { workspace } = state
  const mine = 'user' in event && event.user === workspace.as
  switch (event.kind) {
    case 'message':
      return onMessage(state, event)
    case 'message_deleted':
      return onDeleted(state, event)
    case 'channel':
      return inWorkspace(state, { channels: channelsAfter(workspace, event.channel) })
    case 'read':
      return mine
        ? {
            ...state,
            workspace: withChannel(workspace, event.channel, () => ({ lastRead: event.lastRead, unread: 0 })),
          }
        : state
    case 'person':
      return inWorkspace(state, { people: replaced(workspace.people, event.person) })
    case 'group':
      return inWorkspace(state, { groups: replaced(workspace.groups, event.group) })
    case 'views':
      return mine ? inWorkspace(state, { views: event.views }) : state
    case 'home':
      return mine ? inWorkspace(state, { home: event.home }) : state
    case 'delivery':
      return onDelivery(state, event)
    case 'faults':
      return inWorkspace(state, { faults: event.faults })
    case 'app':
      return inWorkspace(state, { app: event.app })
    case 'clock':
      return { ...inWorkspace(state, { nowMs: event.nowMs }), clockReadAt: Date.now() }
    default:
      return state
  }
}

/** Events after which the state must be read anew: a list that cannot be mended from the event alone. */
export const needsReload = (state, event) =>
  event.kind === 'reset' ||
  (event.kind === 'channel' &&
    event.channel.members.includes(state.workspace.as) &&
    !state.workspace.channels.some((one) => one.id === event.channel.id)) ||
  (event.kind === 'message' && !state.workspace.channels.some((one) => one.id === event.message.channel))
