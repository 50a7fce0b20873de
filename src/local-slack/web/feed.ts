// The live feed: Server-Sent Events of what one person may see, going on from where the page left off.
import type { ServerResponse } from 'node:http'
import type { FeedEvent } from '../page-contract.ts'
import { maySee } from '../control/reading.ts'
import type { Store } from '../workspace/store.ts'

// A page that does not read is let go rather than remembered for.
const MAX_UNSENT_BYTES = 4_000_000
const HEARTBEAT_MS = 15_000

export const openFeed = (
  store: Store,
  response: ServerResponse,
  { person, after }: { person: string | null; after: number | null },
): void => {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const send = (event: FeedEvent) => {
    if (!maySee(store.workspace, event, person)) return
    response.write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)
    if (response.writableLength > MAX_UNSENT_BYTES) response.destroy()
  }
  response.write(': the local Slack\n\n')
  const missed = after === null ? [] : store.since(after)
  if (missed === null) send({ seq: store.seq(), kind: 'reset' })
  else for (const event of missed) send(event)
  const unsubscribe = store.subscribe(send)
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS)
  heartbeat.unref()
  response.on('close', () => {
    clearInterval(heartbeat)
    unsubscribe()
  })
}
