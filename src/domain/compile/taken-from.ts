// Where an action goes when the file does not say it itself: a host or a channel that the record brings is never shown or
// kept as a target; what it is taken from is.
import { pathsIn } from '../cel/tree.ts'
import { sourcesOf } from '../people/owner-from-record.ts'
import { expressionsIn, parseQuietly, split } from '../cel/template-parts.ts'

/** Whether an expression reads anything but `vars`, which are the file's own. */
const isOutside = (expression: string): boolean => {
  const tree = parseQuietly(expression)
  return tree === undefined || pathsIn(tree).some(({ path: [root] }) => root !== 'vars')
}

/** `record.room`; undefined where the text is the file's own. */
export const takenFrom = (text: string): string | undefined => {
  const outside = expressionsIn(text).filter(isOutside)
  return outside.length === 0 ? undefined : sourcesOf(outside.map((one) => `\${${one}}`).join(' '))
}

/** The expressions in the host of an address, as a text. */
export const hostOf = (url: string): string => {
  const found = split(url)
  if (!('parts' in found)) return ''
  const sources: string[] = []
  let before = ''
  for (const part of found.parts) {
    if (/[/?#]/.test(before.replace(/^\w+:\/\//, ''))) break
    if ('source' in part) sources.push(`\${${part.source}}`)
    else before += part.text
  }
  return sources.join(' ')
}

/** The same of an address: its host, not its path. */
export const hostTakenFrom = (url: string): string | undefined => takenFrom(hostOf(url))

/** What is kept and shown of a host. */
export const shownHost = (host: string, from: string | undefined): string =>
  from === undefined ? host : `host from ${from}`
