// A source with several workflows, for tests, and a sender that signs for it.
import { createHmac } from 'node:crypto'
import type { Bot } from '../bot.ts'

export const SECRET = 'a secret nobody guesses'

export const standards = (more = '') => `
sources:
  shop: { verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }, id: event.id }
  batches: { verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }, each: event.events, id: event.id }
${more}`

/** A workflow that takes what `when` says; what reads `event.n` ends. */
export const taker = (workflow: string, trigger: string, more = '') => `
workflow: ${workflow}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { ${trigger} }
subject: event.id
fields: { id: { type: string, from: event.id }, n: { type: integer, from: event.n, missing: ignore } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
${more}`

export interface Taken {
  delivery: string | null
  runs: { workflow: string; event: string; run: string }[]
  duplicate: boolean
}
export interface Sent {
  status: number
  body: Taken & { events?: Taken[]; title?: string; detail?: string; run?: string }
}

/** Signed; `headers` count first. */
export async function send(
  url: string,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<Sent> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-sig': createHmac('sha256', SECRET).update(text).digest('hex'),
      ...headers,
    },
  })
  return { status: response.status, body: (await response.json()) as Sent['body'] }
}

export const sendTo = (
  { app }: Bot,
  path: string,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<Sent> => send(`${app.url}${path}`, body, headers)

export const workflowsOf = ({ runs }: Taken): string[] => runs.map(({ workflow }) => workflow).toSorted()
