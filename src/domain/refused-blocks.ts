// Slack's words for a message that it refuses because of its blocks: the message is at fault, and not the token or the channel.
const codes: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'invalid_arguments',
])

export const isOfBlocks = (code: string): boolean => codes.has(code)
