// The upgrade of /socket to Socket Mode: a ticket that was not used yet, no outage, no stranger.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { MAX_SOCKETS } from '../delivery/sockets.ts'
import type { Slack } from '../slack.ts'
import { strangerReason } from './loopback.ts'

const MAX_FRAME_BYTES = 1_000_000

const refusalOf = (slack: Slack, request: IncomingMessage, port: number): string | null => {
  const address = new URL(request.url ?? '/', 'http://local')
  if (strangerReason(request.headers, port) !== null || address.pathname !== '/socket') return '403 Forbidden'
  if (slack.faults.stands('outage')) return '503 Service Unavailable'
  if (!slack.sockets.takeTicket(address.searchParams.get('ticket') ?? '')) return '401 Unauthorized'
  return slack.sockets.count() >= MAX_SOCKETS ? '429 Too Many Requests' : null
}

export const socketRoute = (server: Server, slack: Slack, port: () => number): (() => void) => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refusalOf(slack, request, port())
    if (refusal !== null)
      return stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    return sockets.handleUpgrade(request, stream, head, (socket) => slack.sockets.attach(socket))
  })
  return () => sockets.close()
}
