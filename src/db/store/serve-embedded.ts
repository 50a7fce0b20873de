// Commands reach the embedded database through the process that holds it: over a Unix socket, in PostgreSQL's protocol
// (postgresql.org/docs/current/protocol.html). PGlite is one session for all who speak to it, so whoever has begun
// something, be it a transaction or the messages of one statement, has the session alone until it is idle again. This
// process' own queries wait too; else they would be part of a command's transaction, and undone with it.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { PGlite } from '@electric-sql/pglite'

const ASKS_FOR_ENCRYPTION = [80_877_103, 80_877_104]
const CANCEL_REQUEST = 80_877_102
const TERMINATE = 'X'.charCodeAt(0)
/** Sync ends what was begun; then the transaction is undone. */
const UNDO = [Buffer.from('S\0\0\0\x04'), Buffer.from('Q\0\0\0\x0dROLLBACK\0')]
const MOST_CONNECTIONS = 16
/** Longer than a transaction of ours may take (open.ts): who is silent for so long in the middle of one is gone. */
const SILENT_MS = 60_000

/** The messages of a client; what comes before its start-up is answered here. */
async function* messagesOf(socket: Socket): AsyncGenerator<Uint8Array, void> {
  let bytes = Buffer.alloc(0)
  // The first message has no byte for its type before its length.
  let isStarted = false
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk])
    for (;;) {
      const from = isStarted ? 1 : 0
      if (bytes.length < from + 4) break
      const length = from + bytes.readInt32BE(from)
      if (length < from + 4) throw new Error('not a message of PostgreSQL’s protocol')
      if (bytes.length < length) break
      const message = bytes.subarray(0, length)
      bytes = bytes.subarray(length)
      const code = isStarted || length < 8 ? undefined : message.readInt32BE(4)
      if (code === CANCEL_REQUEST || (isStarted && message[0] === TERMINATE)) return
      if (code !== undefined && ASKS_FOR_ENCRYPTION.includes(code)) {
        socket.write('N')
        continue
      }
      isStarted = true
      yield message
    }
  }
}

/** Resolves with whether the session is idle after this message. */
async function exchange(pglite: PGlite, socket: Socket, message: Uint8Array): Promise<boolean> {
  const { messages, data } = await pglite.runExclusive(() =>
    pglite.execProtocol(message, { throwOnError: false }),
  )
  socket.write(data)
  const last = messages.at(-1)
  return last?.name === 'readyForQuery' && 'status' in last && last.status === 'I'
}

async function serveClient(pglite: PGlite, socket: Socket, silentMs: number): Promise<void> {
  const messages = messagesOf(socket)
  const turn = async (first: Uint8Array): Promise<void> => {
    let message = first
    let isIdle = false
    socket.setTimeout(silentMs)
    try {
      while (!(isIdle = await exchange(pglite, socket, message))) {
        const next = await messages.next()
        if (next.done) return
        message = next.value
      }
    } finally {
      socket.setTimeout(0)
      if (!isIdle)
        for (const undo of UNDO)
          await pglite.runExclusive(() => pglite.execProtocol(undo, { throwOnError: false }))
    }
  }
  for await (const first of messages) await pglite._runExclusiveTransaction(() => turn(first))
}

/** Serves it on the socket at `path`. `silentMs`: how long somebody in the middle of something may be silent. */
export async function serveEmbedded(
  pglite: PGlite,
  path: string,
  silentMs = SILENT_MS,
): Promise<{ close(): Promise<void> }> {
  const serving = new Map<Socket, Promise<void>>()
  const server = createServer((socket) => {
    socket.on('timeout', () => socket.destroy())
    // Who is gone is seen where its messages are read.
    socket.on('error', () => {})
    const served = serveClient(pglite, socket, silentMs)
      .catch(() => {})
      .finally(() => {
        socket.destroy()
        serving.delete(socket)
      })
    serving.set(socket, served)
  })
  server.maxConnections = MOST_CONNECTIONS
  server.listen(path)
  await once(server, 'listening')
  return {
    async close() {
      server.close()
      const ending = [...serving.values()]
      for (const socket of serving.keys()) socket.destroy()
      await Promise.all(ending)
    },
  }
}
