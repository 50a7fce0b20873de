// Socket Mode: up to ten sockets, each envelope to one of them, until it is acknowledged or the socket is gone.
import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { Clock } from '../workspace/clock.ts'
import { secret } from '../workspace/ids.ts'
import { acceptsResponse, envelopeType, type Parcel, type Retry } from './parcel.ts'

export const MAX_SOCKETS = 10
const PING_EVERY_MS = 10_000
/** A client that leaves so many pings unanswered is gone, whatever its connection says. */
const PINGS_UNANSWERED = 3
/** How long a socket may stay that was asked to go. */
const LEAVE_WITHIN_MS = 10_000
const CLOSE_WITHIN_MS = 500
const MAX_TICKETS = 100

export type SocketAnswer =
  { kind: 'acknowledged'; payload: unknown } | { kind: 'lost' } | { kind: 'given_up' }

export interface Sockets {
  count(): number
  newTicket(): string
  /** True once for each ticket. */
  takeTicket(ticket: string): boolean
  attach(socket: WebSocket): void
  /** One envelope to one socket. `signal` gives up waiting. */
  send(parcel: Parcel, retry: Retry | null, signal: AbortSignal): Promise<SocketAnswer>
  /** Resolves when a socket is open. */
  opened(signal: AbortSignal): Promise<boolean>
  /** Asks the app to connect anew, as Slack does now and then; all but a warned one are closed after a while. */
  refresh(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void
  /** Ends every socket without a close frame. */
  drop(): void
  /** Ends every socket as it should be ended; resolves when they are gone. */
  close(): Promise<void>
}

interface SocketsOptions {
  appId: string
  clock: Clock
  onChange: (count: number) => void
}

const keepPinging = (socket: WebSocket): (() => void) => {
  let unanswered = 0
  socket.on('pong', () => (unanswered = 0))
  const pings = setInterval(() => {
    if (unanswered >= PINGS_UNANSWERED) return socket.terminate()
    unanswered += 1
    socket.ping('Ping from Slack')
  }, PING_EVERY_MS)
  pings.unref()
  return () => clearInterval(pings)
}

export const createSockets = ({ appId, clock, onChange }: SocketsOptions): Sockets => {
  const sockets: WebSocket[] = []
  const tickets = new Set<string>()
  const waiting = new Map<string, { socket: WebSocket; answer: (answer: SocketAnswer) => void }>()
  const whenOpened = new Set<() => void>()
  /** Asked to go: they are given nothing more while there is another. */
  const leaving = new WeakSet<WebSocket>()
  let turn = 0

  const next = (): WebSocket | undefined => {
    const staying = sockets.filter((socket) => !leaving.has(socket))
    const open = staying.length > 0 ? staying : sockets
    turn += 1
    return open[turn % open.length]
  }

  const finish = (envelopeId: string, answer: SocketAnswer) => {
    waiting.get(envelopeId)?.answer(answer)
    waiting.delete(envelopeId)
  }
  const receive = (data: string) => {
    try {
      const message: unknown = JSON.parse(data)
      if (typeof message !== 'object' || message === null || !('envelope_id' in message)) return
      finish(String(message.envelope_id), {
        kind: 'acknowledged',
        payload: 'payload' in message ? message.payload : undefined,
      })
    } catch {
      // Slack ignores what it can't read.
    }
  }
  const detach = (socket: WebSocket) => {
    const at = sockets.indexOf(socket)
    if (at < 0) return
    sockets.splice(at, 1)
    for (const [id, { socket: used }] of waiting) if (used === socket) finish(id, { kind: 'lost' })
    onChange(sockets.length)
  }

  return {
    count: () => sockets.length,
    newTicket: () => {
      const ticket = secret(16)
      tickets.add(ticket)
      for (const old of tickets) {
        if (tickets.size <= MAX_TICKETS) break
        tickets.delete(old)
      }
      return ticket
    },
    takeTicket: (ticket) => tickets.delete(ticket),
    attach: (socket) => {
      sockets.push(socket)
      const stopPings = keepPinging(socket)
      socket.on('message', (data: Buffer) => receive(data.toString()))
      socket.on('error', () => socket.terminate())
      socket.on('close', () => {
        stopPings()
        detach(socket)
      })
      socket.send(
        JSON.stringify({
          type: 'hello',
          num_connections: sockets.length,
          debug_info: { host: 'local-slack', build_number: 1, approximate_connection_time: 18_060 },
          connection_info: { app_id: appId },
        }),
      )
      socket.ping()
      onChange(sockets.length)
      for (const tell of whenOpened) tell()
      whenOpened.clear()
    },
    send: (parcel, retry, signal) =>
      new Promise((resolve) => {
        const socket = next()
        if (!socket) return resolve({ kind: 'lost' })
        const envelopeId = randomUUID()
        waiting.set(envelopeId, { socket, answer: resolve })
        signal.addEventListener('abort', () => finish(envelopeId, { kind: 'given_up' }), { once: true })
        socket.send(
          JSON.stringify({
            envelope_id: envelopeId,
            type: envelopeType(parcel.kind),
            accepts_response_payload: acceptsResponse(parcel.kind),
            payload: parcel.payload,
            ...(parcel.kind === 'event' && {
              retry_attempt: retry?.num ?? 0,
              retry_reason: retry?.reason ?? '',
            }),
          }),
        )
      }),
    opened: (signal) =>
      new Promise((resolve) => {
        if (sockets.length > 0) return resolve(true)
        const tell = () => resolve(true)
        whenOpened.add(tell)
        signal.addEventListener(
          'abort',
          () => {
            whenOpened.delete(tell)
            resolve(false)
          },
          { once: true },
        )
      }),
    refresh: (reason) => {
      for (const socket of sockets) {
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local-slack' } }))
        if (reason === 'warning') continue
        leaving.add(socket)
        clock.at(clock.nowMs() + LEAVE_WITHIN_MS, () => socket.close(1000))
      }
    },
    close: async () => {
      const open = sockets.slice()
      const gone = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      for (const socket of open) socket.close(1001)
      const late = setTimeout(() => open.forEach((socket) => socket.terminate()), CLOSE_WITHIN_MS)
      await Promise.all(gone)
      clearTimeout(late)
    },
    drop: () => {
      for (const socket of sockets.slice()) {
        socket.terminate()
        detach(socket)
      }
    },
  }
}
