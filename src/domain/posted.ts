// Where a message of an action stands in Slack: written into its attempt's answer, and read there by an erasure.

export interface Posted {
  channel: string
  ts: string
}

export const postedAnswer = (channel: string, ts: string): string => `posted as ${ts} in ${channel}`

/** undefined: nothing was posted, or not where. */
export function postedIn(answer: string | null): Posted | undefined {
  const [, ts, channel] = /^posted as (\d+\.\d+) in ([CGD][A-Z0-9]{6,})$/.exec(answer ?? '') ?? []
  return ts === undefined || channel === undefined ? undefined : { channel, ts }
}
