// A real HTTP server that actions call: it remembers what came and answers as it is told.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface Target {
  url: string
  /** `text`: the body to the letter. */
  requests: { path: string; body: unknown; text: string; headers: IncomingHttpHeaders }[]
  /** The next answers' statuses, in order; then 200 again. */
  answerWith(...statuses: number[]): void
}

export async function startTarget(t: { after(clean: () => Promise<void>): void }): Promise<Target> {
  const requests: Target['requests'] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = Buffer.concat(parts).toString()
      requests.push({
        path: request.url ?? '',
        body: text === '' ? null : JSON.parse(text),
        text,
        headers: request.headers,
      })
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'application/json' }).end('{"ok":true}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (...next) => void statuses.push(...next),
  }
}
