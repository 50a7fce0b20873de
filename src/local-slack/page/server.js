// The page's way to the local Slack: state, pages of messages, control calls and the live feed.

const silent = 'The local Slack does not answer. Is it still running?'

const read = async (path) => {
  const response = await fetch(path).catch(() => {
    throw new Error(silent)
  })
  if (!response.ok) throw new Error(`${path.split('?')[0]} answered ${response.status}`)
  return response.json()
}

const query = (fields) => {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return new URLSearchParams(kept.map(([key, value]) => [key, String(value)])).toString()
}

/** @param {string | undefined} as */
export const readState = (as) => read(`/control/state?${query({ as })}`)
/** @param {{channel: string, as: string, thread?: string, before?: string, limit?: number}} which */
export const readMessages = (which) => read(`/control/messages?${query(which)}`)
export const readDeliveries = () => read('/control/deliveries')

/** Answers `{ok: true, …}` or `{ok: false, error, detail}`; a broken connection answers like a refusal. */
export const control = async (name, call) => {
  try {
    const response = await fetch(`/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
    })
    return await response.json()
  } catch {
    return { ok: false, error: 'unreachable', detail: silent }
  }
}

/**
 * Follows the feed from `after` on and takes it up again after a break.
 * @param {{as: string, after: number, onEvent: (event: any) => void, onConnection: (isLive: boolean) => void}} options
 */
export const followFeed = ({ as, after, onEvent, onConnection }) => {
  let seq = after
  let source
  let timer
  const open = () => {
    source = new EventSource(`/page/feed?${query({ as, after: seq })}`)
    source.addEventListener('open', () => onConnection(true))
    source.addEventListener('message', ({ data }) => {
      const event = JSON.parse(data)
      seq = event.seq
      onEvent(event)
    })
    source.addEventListener('error', () => {
      source.close()
      onConnection(false)
      timer = setTimeout(open, 1000)
    })
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
