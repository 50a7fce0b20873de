// Where a message of an action stands in Slack: written into its attempt's answer, and read there by an erasure.

/** `ts` of the message, and of the replies that carry on with it. */
export interface Posted {
  channel: string
  ts: string
  more: string[]
}

export const postedAnswer = ({ channel, ts, more }: Posted): string =>
  `posted as ${ts} in ${channel}${more.length > 0 ? `, too long for one message: continued in its thread as ${more.join(' ')}` : ''}`

/** undefined: nothing was posted, or not where. */
export function postedIn(answer: string | null): Posted | undefined {
  const [, ts, channel, more = ''] =
    /^posted as (\d+\.\d+) in ([CGD][A-Z0-9]{6,})(?:, .* as ([\d. ]+))?$/.exec(answer ?? '') ?? []
  if (ts === undefined || channel === undefined) return undefined
  return { channel, ts, more: more.split(' ').filter((one) => one !== '') }
}
