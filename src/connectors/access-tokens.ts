// Access tokens of OAuth 2.0: asked for once, kept in this process until they end, and shared by all calls that need the same one.
import { createHash } from 'node:crypto'
import { type TokenAuth, type TokenRequest, tokenRequest } from './token-request.ts'
import { bodyValue } from '../domain/call/judge-answer.ts'
import { FaultError } from '../domain/fault.ts'

export interface AccessTokens {
  /** Throws FaultError when the token endpoint gives none. */
  tokenFor(auth: TokenAuth): Promise<string>
  /** Those that the other side was sent last: its answer may repeat one. */
  lastOf(auth: TokenAuth): string[]
  /** The other side no longer takes this token: the next call asks for another. */
  forget(auth: TokenAuth, token: string): void
}

/** A token is not used so shortly before its end, as the call takes time; of a short life, not in its last fifth. */
const marginMs = (lastsMs: number): number => Math.min(60_000, lastsMs / 5)
/** Where the answer does not say how long it lasts (RFC 6749, 5.1 recommends that it does). */
const USUAL_MS = 5 * 60_000

const keyOf = (auth: TokenAuth): string => createHash('sha256').update(JSON.stringify(auth)).digest('hex')

function readToken(body: string): { token: string; lastsMs: number } {
  const answer = bodyValue(body)
  const [token, seconds] =
    typeof answer === 'object' && answer !== null
      ? [Reflect.get(answer, 'access_token'), Number(Reflect.get(answer, 'expires_in'))]
      : []
  if (typeof token !== 'string' || token === '')
    throw new FaultError('no_token', 'the token endpoint answered without an access_token', {
      retry: 'never',
    })
  return { token, lastsMs: seconds !== undefined && seconds > 0 ? seconds * 1000 : USUAL_MS }
}

/** `send` resolves with the body of an answer of 200 and throws FaultError otherwise. */
export function makeAccessTokens(
  send: (request: TokenRequest) => Promise<string>,
  nowMs: () => number,
): AccessTokens {
  const kept = new Map<string, { token: string; endsAt: number; before: string | undefined }>()
  const asked = new Map<string, Promise<string>>()

  async function ask(auth: TokenAuth, key: string): Promise<string> {
    const { token, lastsMs } = readToken(await send(tokenRequest(auth, new Date(nowMs()))))
    const endsAt = nowMs() + lastsMs - marginMs(lastsMs)
    kept.set(key, { token, endsAt, before: kept.get(key)?.token })
    return token
  }
  return {
    async tokenFor(auth) {
      const key = keyOf(auth)
      const found = kept.get(key)
      if (found && found.endsAt > nowMs()) return found.token
      const asking = asked.get(key) ?? ask(auth, key).finally(() => asked.delete(key))
      asked.set(key, asking)
      return asking
    },
    lastOf(auth) {
      const { token, before } = kept.get(keyOf(auth)) ?? {}
      return [token, before].filter((one) => one !== undefined)
    },
    forget(auth, token) {
      const found = kept.get(keyOf(auth))
      if (found?.token === token) found.endsAt = 0
    },
  }
}
