// Counts what a client says to PostgreSQL: a proxy that reads the messages of the protocol as they pass.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Statements {
  /** The same database, through the proxy. */
  url: string
  /** Statements so far, by their texts. A prepared one is counted by its name each time it is run. */
  counts: Map<string, number>
  close(): void
}

/** Tells each message from the client: its type, and its body. The first of a connection has no type. */
function reader(told: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let left = Buffer.alloc(0)
  let isStarted = false
  return (chunk) => {
    left = Buffer.concat([left, chunk])
    for (;;) {
      const head = isStarted ? 1 : 0
      if (left.length < head + 4) return
      const size = head + left.readInt32BE(head)
      if (left.length < size) return
      if (isStarted) told(String.fromCharCode(left[0] ?? 0), left.subarray(5, size))
      isStarted = true
      left = left.subarray(size)
    }
  }
}

const textAt = (body: Buffer, start: number): string =>
  body.toString('utf8', start, body.indexOf(0, start)).replaceAll(/\s+/g, ' ').trim()

export async function countStatements(databaseUrl: string): Promise<Statements> {
  const { hostname, port } = new URL(databaseUrl)
  const counts = new Map<string, number>()
  const sockets = new Set<Socket>()
  const count = (text: string) => counts.set(text, (counts.get(text) ?? 0) + 1)
  const server = createServer((client) => {
    const upstream = connect(Number(port || 5432), hostname)
    const texts = new Map<string, string>()
    let bound = ''
    const read = reader((type, body) => {
      if (type === 'Q') count(textAt(body, 0))
      if (type === 'P') texts.set(textAt(body, 0), textAt(body, body.indexOf(0) + 1))
      if (type === 'B') bound = textAt(body, body.indexOf(0) + 1)
      if (type === 'E') count(texts.get(bound) ?? bound)
    })
    client.on('data', read).pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    counts,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
