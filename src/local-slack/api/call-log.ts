// The last Web API calls with their answers, for tests that ask what an app did. Never a token.

export interface LoggedCall {
  method: string
  args: Record<string, unknown>
  status: number
  answer: unknown
  atMs: number
}

const MAX_CALLS = 500

export interface CallLog {
  add(call: LoggedCall): void
  list(): LoggedCall[]
}

export const createCallLog = (): CallLog => {
  const calls: LoggedCall[] = []
  return {
    add: (call) => {
      const { token: _, ...args } = call.args
      calls.push({ ...call, args })
      if (calls.length > MAX_CALLS) calls.shift()
    },
    list: () => calls,
  }
}
