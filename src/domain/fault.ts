// A fault of the world: thrown by the edge that met it, which alone knows whether trying again can help.
export type Retry = 'never' | 'backoff' | { afterMs: number }

export class FaultError extends Error {
  override name = 'FaultError'
  /** What went wrong, for machines: timeout, refused, http_503, blocked_address … */
  readonly code: string
  readonly retry: Retry
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** The answer's text, capped. */
  readonly answer: string | undefined
  /** false: the other side was never reached out to, so this was no try. */
  readonly called: boolean
  constructor(
    code: string,
    message: string,
    about: { retry: Retry; status?: number; answer?: string; called?: boolean; cause?: unknown },
  ) {
    super(message, { cause: about.cause })
    this.code = code
    this.retry = about.retry
    this.status = about.status
    this.answer = about.answer
    this.called = about.called ?? true
  }
}
