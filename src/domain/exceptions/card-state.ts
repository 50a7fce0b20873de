// What is said of an exception's card: where it stands, alone or with others, and whether it was there before the exception
// was resolved.

export interface CardState {
  channel: string
  /** Slack's id of the message, which is the moment it was posted; null: not posted. */
  ts: string | null
  /** It shows several exceptions. */
  isOfMany: boolean
}

/** Nobody could see it open in Slack. */
export const isResolvedFirst = ({ ts }: Pick<CardState, 'ts'>, resolvedAt: Date | null): boolean =>
  resolvedAt !== null && (ts === null || resolvedAt.getTime() <= Number(ts) * 1000)

/** The end of a sentence that begins with "Card in". */
export function cardText({ channel, ts, isOfMany }: CardState, resolvedAt: Date | null): string {
  const where = isOfMany ? `${channel}, together with others` : channel
  const isFirst = isResolvedFirst({ ts }, resolvedAt)
  if (ts === null) return `${where}, ${isFirst ? 'not posted before it was resolved' : 'not posted yet'}`
  return `${where}, message ${ts}${isFirst ? ', posted after it was resolved' : ''}`
}
