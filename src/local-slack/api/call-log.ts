// The last Web API calls with their answers, for tests that ask what an app did. Never a token.
import type { LoggedCall } from '../contract.ts'

const MAX_CALLS = 500
/** A page of history is a megabyte: the log is bounded by what it holds, not only by how many. */
const MAX_CHARACTERS = 8_000_000

export interface CallLog {
  add(call: LoggedCall): void
  list(): LoggedCall[]
}

const withoutBytes = (value: unknown): unknown => (Buffer.isBuffer(value) ? `<${value.length} bytes>` : value)

const shown = ({ args, ...call }: LoggedCall): LoggedCall => ({
  ...call,
  args: Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) =>
      name === 'token' ? [] : [[name, withoutBytes(value)] satisfies [string, unknown]],
    ),
  ),
})

export const createCallLog = (): CallLog => {
  // As text: what was answered is told as it was then, and its size is known.
  const calls: string[] = []
  let characters = 0
  return {
    add: (call) => {
      const entry = JSON.stringify(shown(call))
      calls.push(entry)
      characters += entry.length
      while (calls.length > MAX_CALLS || (characters > MAX_CHARACTERS && calls.length > 1))
        characters -= calls.shift()?.length ?? 0
    },
    list: () => calls.map((entry) => JSON.parse(entry) as LoggedCall),
  }
}
