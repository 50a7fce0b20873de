// Characters that a terminal obeys or that turn the direction of text round: what comes from outside never brings them along, nor
// disguises itself with them.

/** C0 and C1 control characters but the tab and the newline, and the marks and controls of bidirectional text. */
export const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** The same JSON with these as \uXXXX. JSON has them in strings only, where that is the same character. */
export const escapedJson = (json: string): string =>
  json.replaceAll(UNPRINTABLE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
