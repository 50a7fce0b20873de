// Splits a script into its statements, without running it. Knows what may hide a semicolon or a comma: strings, quoted
// names, $tag$ bodies, comments and parentheses.

/** Where the piece that begins at `at` ends, when it is one in which nothing counts; else `at`. */
function endOfQuoted(sql: string, at: number): number {
  const to = (end: string, from: number): number => {
    const found = sql.indexOf(end, from)
    return found < 0 ? sql.length : found + end.length
  }
  // A doubled quote ends one piece and begins the next, which comes to the same.
  if (sql[at] === "'" || sql[at] === '"') return to(sql[at], at + 1)
  const tag = sql[at] === '$' && /^\$(?:[a-z_]\w*)?\$/i.exec(sql.slice(at, at + 64))?.[0]
  return tag ? to(tag, at + tag.length) : at
}

function endOfComment(sql: string, at: number): number {
  if (sql.startsWith('--', at)) {
    const end = sql.indexOf('\n', at)
    return end < 0 ? sql.length : end
  }
  if (!sql.startsWith('/*', at)) return at
  let depth = 0
  for (let here = at; here < sql.length; here += 1) {
    if (sql.startsWith('/*', here)) depth += 1
    if (sql.startsWith('*/', here) && (depth -= 1) === 0) return here + 2
  }
  return sql.length
}

/** The parts of `sql` between `separator`s that stand outside quotes and parentheses, without comments, not empty. */
export function partsOf(sql: string, separator: ';' | ','): string[] {
  const parts: string[] = []
  let part = ''
  let depth = 0
  for (let at = 0; at < sql.length;) {
    const past = endOfComment(sql, at)
    const end = endOfQuoted(sql, at)
    if (past > at) {
      part += ' '
      at = past
    } else if (end > at) {
      part += sql.slice(at, end)
      at = end
    } else {
      const char = sql[at] ?? ''
      if (char === '(') depth += 1
      if (char === ')') depth -= 1
      if (char === separator && depth === 0) {
        parts.push(part)
        part = ''
      } else part += char
      at += 1
    }
  }
  return [...parts, part].map((one) => one.trim()).filter((one) => one !== '')
}

export const statementsOf = (script: string): string[] => partsOf(script, ';')
