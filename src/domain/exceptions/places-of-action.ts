// Where an action sends to, however it is written: so that two routes which send to one place are told as that. Pure.
import type { RenderedAction } from '../compile/compiled-workflow.ts'
import { channelNameIn } from '../workflow-file/named-channels.ts'
import type { Action } from '../workflow-file/route.ts'

export const kindOf = ({ http, slack, email }: Action): RenderedAction['kind'] =>
  http ? 'http' : slack ? 'slack' : email ? 'email' : 'emit'

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** However it is written: host and path of a call, without method, query, escapes and doubled slashes, and in one case. */
function addressOf(url: string): string {
  const { host, pathname } = URL.parse(url) ?? { host: '', pathname: url }
  return `${host}${decoded(pathname)}`.replaceAll(/\/+/g, '/').replace(/\/$/, '').toLowerCase()
}

/** Where it sends to; none: what is skipped sends nothing. */
export function placesOf(action: RenderedAction): string[] {
  switch (action.kind) {
    case 'http':
      return [addressOf(action.call.url)]
    case 'slack':
      return [channelNameIn(action.channel)?.toLowerCase() ?? action.channel]
    case 'email':
      return action.to.split(',').map((one) => (/<([^<>]+)>\s*$/.exec(one)?.[1] ?? one).trim().toLowerCase())
    case 'emit':
      return [action.workflow]
    case 'skipped':
      return []
  }
}

const isChannelId = (place: string): boolean => !place.startsWith('#')

/** A channel by its id may be any channel by its name. */
export const isSamePlace = (a: RenderedAction, b: RenderedAction): boolean =>
  placesOf(a).some((one) =>
    placesOf(b).some(
      (other) => one === other || (a.kind === 'slack' && isChannelId(one) !== isChannelId(other)),
    ),
  )
