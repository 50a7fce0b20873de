// A status in Slack as a hint of being away: its own words for it, and those that people write.

export interface Status {
  status_text?: string
  status_emoji?: string
  /** Unix seconds; 0: until it is changed. */
  status_expiration?: number
}

// What Slack offers itself for "Vacationing" and "Out sick".
const EMOJI = new Set([':palm_tree:', ':face_with_thermometer:'])
const WORDS =
  /\b(?:away|vacation(?:ing)?|on holidays?|out of (?:the )?office|ooo|(?:out |off )?sick|on (?:\w+ )?leave|pto)\b/i
/** A status without an end is asked for again each night; should we miss its change, it ends by itself. */
const UNSAID_MS = 36 * 3_600_000

/** Until when the status says that its person is away; null when it does not. */
export function awayByStatus(
  { status_text: text, status_emoji: emoji, status_expiration }: Status,
  now: Date,
) {
  if (!EMOJI.has(emoji ?? '') && !WORDS.test(text ?? '')) return null
  const end = (status_expiration ?? 0) * 1000
  return new Date(end > 0 ? end : now.getTime() + UNSAID_MS)
}
