// The control interface as typed functions, for tests and demos: control.command({user, channel, text}) and the like.
import type { Delivery, LoggedCall, Message, View } from './contract.ts'
import type { FeedEvent, MessagePage, WorkspaceState } from './page-contract.ts'
import type {
  ControlAnswers,
  ControlCalls,
  ControlName,
  ControlRefusal,
  ControlResult,
} from './control-contract.ts'

class ControlCallError extends Error {
  readonly refusal: ControlRefusal
  constructor(name: string, refusal: ControlRefusal) {
    super(`${name}: ${refusal.error}: ${refusal.detail}`)
    this.refusal = refusal
  }
}

type Acts = {
  /** Throws ControlCallError when it is refused. */
  [N in ControlName]: (call: ControlCalls[N]) => Promise<ControlAnswers[N]>
}

export interface Control extends Acts {
  state(as?: string): Promise<WorkspaceState>
  /** As that person sees it, newest last; without `as` with everyone's ephemeral messages. */
  messages(query: {
    channel: string
    as?: string
    thread?: string
    before?: string
    limit?: number
  }): Promise<MessagePage>
  views(user: string): Promise<{ views: View[]; home: View | null }>
  deliveries(): Promise<Delivery[]>
  calls(method?: string): Promise<LoggedCall[]>
  /** The live feed, until the signal ends it. */
  feed(as: string | undefined, signal: AbortSignal): AsyncGenerator<FeedEvent>
  /** The newest message of the channel that fits, waiting for it. Throws after timeoutMs. */
  waitForMessage(
    query: { channel: string; as?: string; timeoutMs?: number },
    fits: (message: Message) => boolean,
  ): Promise<Message>
}

const names: ControlName[] = [
  'command',
  'press',
  'options',
  'submit',
  'close',
  'home',
  'shortcut',
  'message',
  'react',
  'read',
  'dismiss',
  'dm',
  'person',
  'join',
  'group',
  'channel',
  'clock',
  'fault',
  'clear-faults',
  'install',
  'verify',
  'refresh',
  'limits',
  'scopes',
  'webhook',
]

const readEvents = async function* (response: Response): AsyncGenerator<FeedEvent> {
  let rest = ''
  if (!response.body) return
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const data = part.split('\n').find((line) => line.startsWith('data: '))
      if (data !== undefined) yield JSON.parse(data.slice(6)) as FeedEvent
    }
  }
}

/** `url`: http://127.0.0.1:<port> of a running local Slack. */
export const controlOf = (url: string): Control => {
  const read = async <T>(
    path: string,
    query: Record<string, string | number | undefined> = {},
  ): Promise<T> => {
    const address = new URL(path, url)
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) address.searchParams.set(key, String(value))
    const response = await fetch(address)
    const body = await response.json()
    if (!response.ok) throw new ControlCallError(path, body as ControlRefusal)
    return body as T
  }
  const act = async <N extends ControlName>(name: N, call: ControlCalls[N]): Promise<ControlAnswers[N]> => {
    const response = await fetch(new URL(`/control/${name}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
    })
    const result = (await response.json()) as ControlResult<N>
    if (!result.ok) throw new ControlCallError(name, result)
    return result
  }
  const acts = Object.fromEntries(
    names.map((name) => [name, (call: ControlCalls[typeof name]) => act(name, call)]),
  ) as unknown as Acts
  const messages: Control['messages'] = (query) => read<MessagePage>('/control/messages', query)
  const feed: Control['feed'] = async function* (as, signal) {
    const { seq } = await read<WorkspaceState>('/control/state', { as })
    const address = new URL('/page/feed', url)
    address.searchParams.set('after', String(seq))
    if (as !== undefined) address.searchParams.set('as', as)
    yield* readEvents(await fetch(address, { signal }))
  }

  const waitForMessage: Control['waitForMessage'] = async ({ channel, as, timeoutMs = 10_000 }, fits) => {
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), timeoutMs)
    const { id } = await channelIn(channel)
    const address = new URL('/page/feed', url)
    if (as !== undefined) address.searchParams.set('as', as)
    try {
      // Listen first, then look: what comes in between is seen twice rather than missed.
      const response = await fetch(address, { signal: over.signal })
      const standing = (await messages({ channel, ...(as !== undefined && { as }), limit: 1_000 })).messages
      const found = standing.findLast(fits)
      if (found) return found
      for await (const event of readEvents(response))
        if (event.kind === 'message' && event.message.channel === id && fits(event.message))
          return event.message
      throw new Error('The feed ended')
    } catch (error) {
      if (over.signal.aborted)
        throw new Error(`No such message came to ${channel} within ${timeoutMs} ms`, { cause: error })
      throw error
    } finally {
      clearTimeout(timer)
      over.abort()
    }
  }
  const channelIn = async (which: string) => {
    const { channels } = await read<WorkspaceState>('/control/state')
    const found = channels.find(
      (channel) => channel.id === which || `#${channel.name}` === which || channel.name === which,
    )
    if (!found) throw new Error(`There is no channel ${which}`)
    return found
  }

  return {
    ...acts,
    state: (as) => read<WorkspaceState>('/control/state', { as }),
    messages,
    views: (user) => read('/control/views', { user }),
    deliveries: async () => (await read<{ deliveries: Delivery[] }>('/control/deliveries')).deliveries,
    calls: async (method) => {
      const { calls } = await read<{ calls: LoggedCall[] }>('/control/calls')
      return method === undefined ? calls : calls.filter((call) => call.method === method)
    },
    feed,
    waitForMessage,
  }
}
