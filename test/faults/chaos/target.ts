// The system that actions call: it does a thing once for each idempotency key, as real ones do, and keeps every call.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** unanswered: done, and the connection breaks before the answer. */
export type TargetMood = 'well' | 'slow' | 'failing' | 'down' | 'unanswered'

interface Effect {
  subject: string
  bodies: Set<string>
  /** How often it was asked for. */
  calls: number
  isDone: boolean
}

export interface RecordingTarget {
  url: string
  mood: TargetMood
  /** By idempotency key. */
  effects: Map<string, Effect>
  stop(): void
}

const SLOW_MS = 3000
const WELL_MS = 10

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
}

export async function startRecordingTarget(): Promise<RecordingTarget> {
  const effects: RecordingTarget['effects'] = new Map()
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    if (target.mood === 'down') return request.socket.destroy()
    const text = await textOf(request)
    const { id, refuse } = JSON.parse(text) as { id: string; refuse: string }
    const key = String(request.headers['idempotency-key'])
    const effect = effects.get(key) ?? { subject: id, bodies: new Set(), calls: 0, isDone: false }
    effects.set(key, effect)
    effect.bodies.add(text)
    effect.calls += 1
    if (target.mood === 'failing') return answer(response, 500)
    // Not at first: a person has to ask again.
    if (refuse === 'yes' && effect.calls === 1) return answer(response, 422)
    await pause(target.mood === 'slow' ? SLOW_MS : WELL_MS)
    effect.isDone = true
    return target.mood === 'unanswered' ? request.socket.destroy() : answer(response, 200)
  }
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const target: RecordingTarget = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'well',
    effects,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
  return target
}
