// Rows for set-based statements: one JSON parameter, unfolded by json_to_recordset.

// PostgreSQL's jsonb and text hold every character but NUL (U+0000), and no half of a surrogate pair: each becomes
// the replacement character. JSON.stringify writes both as escapes, and whole pairs as they are.
const UNHELD = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g

/** JSON text that any jsonb or text column takes, whatever strings are in it. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return /\\u(?:0000|d)/.test(text) ? text.replaceAll(UNHELD, '$1\\ufffd') : text
}
