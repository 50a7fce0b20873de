// What the process that started this one signs for the page: it has the secrets of the product's webhooks, this one has not.
import { randomUUID } from 'node:crypto'

type Headers = Record<string, string>
export type SignHook = (workflow: string, body: string) => Promise<Headers>

const ANSWER_WITHIN_MS = 5_000

/** Asks over the channel to the parent. Nobody there, or no answer: the event goes unsigned, and the product says so. */
export function signByParent(): SignHook {
  const waiting = new Map<string, (headers: Headers) => void>()
  process.on('message', (message: { kind?: unknown; id?: unknown; headers?: unknown }) => {
    if (message?.kind !== 'signed' || typeof message.id !== 'string') return
    waiting.get(message.id)?.((message.headers ?? {}) as Headers)
  })
  return (workflow, body) =>
    new Promise((resolve) => {
      if (!process.send) return resolve({})
      const id = randomUUID()
      const answer = (headers: Headers) => {
        clearTimeout(timeout)
        waiting.delete(id)
        resolve(headers)
      }
      const timeout = setTimeout(() => answer({}), ANSWER_WITHIN_MS)
      waiting.set(id, answer)
      process.send({ kind: 'sign', id, workflow, body })
    })
}
