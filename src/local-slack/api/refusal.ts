// The answer {ok: false, error}: thrown by a method where it finds the reason, mapped in one place (handle.ts).

export class Refusal extends Error {
  readonly code: string
  readonly extra: Record<string, unknown>
  constructor(code: string, extra: Record<string, unknown> = {}) {
    super(code)
    this.code = code
    this.extra = extra
  }
}

/** invalid_arguments with Slack's [ERROR] lines. */
export const invalidArguments = (...messages: string[]): Refusal =>
  new Refusal('invalid_arguments', {
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  })
