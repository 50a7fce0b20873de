// The words after /workflow: quotes hold words together, key=value pairs and --flags stand apart.

export interface CommandWords {
  words: string[]
  /** The words and the pairs, as they were typed: a name may have a = in it. */
  all: string[]
  pairs: Record<string, string>
  flags: Set<string>
}

const MOST_LENGTH = 4000
// What our own answers put around names, and may be copied with them.
const UNSEEN = /[\u200b\u2060\u2068\u2069]/g
// A pair with quotes, a quoted word, or a bare word. Slack may have made the quotes curly.
const token = /([\w.-]+)=(?:"([^"]*)"|'([^']*)'|(\S*))|"([^"]*)"|'([^']*)'|(\S+)/g

export function readCommand(text: string): CommandWords {
  const read: CommandWords = { words: [], all: [], pairs: {}, flags: new Set() }
  const straight = text
    .slice(0, MOST_LENGTH)
    .replaceAll(UNSEEN, '')
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    // Typing aids make one long dash of two.
    .replaceAll(/(^|\s)[—–](?=[a-z])/g, '$1--')
  for (const [, key, double, single, bare, quoted, apostrophed, word] of straight.matchAll(token)) {
    if (key !== undefined) {
      const value = unlink(double ?? single ?? bare ?? '')
      if (key !== '__proto__') read.pairs[key] = value
      read.all.push(`${key}=${value}`)
      continue
    }
    const found = quoted ?? apostrophed ?? word ?? ''
    if (word?.startsWith('--')) read.flags.add(word.slice(2))
    else if (found !== '') {
      read.words.push(unlink(found))
      read.all.push(unlink(found))
    }
  }
  return read
}

/** Slack turns addresses into links and people into mentions: back to what was typed, or the id. */
const unlink = (text: string): string =>
  text
    .replaceAll(/<(?:mailto:|tel:)?[^|>]+\|([^>]+)>/g, '$1')
    .replaceAll(/<(https?:[^>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
