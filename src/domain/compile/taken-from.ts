// Where an action goes when the file does not say it itself: a host or a channel that the record brings is never shown or
// kept as a target; what it is taken from is.
import { pathsIn } from '../cel/tree.ts'
import { sourcesOf } from '../people/owner-from-record.ts'
import { expressionsIn, parseQuietly, split } from '../cel/template-parts.ts'
import type { Connection } from '../workflow-file/connection.ts'
import type { HttpRequest } from '../workflow-file/http-request.ts'
import type { Vars } from '../workflow-file/standards.ts'

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

/** What the address of a call is made of beside its own texts. */
export interface Addresses {
  connections: Readonly<Record<string, Pick<Connection, 'url'>>>
  vars: Vars
}

/** Stands for an expression while its place is looked for. */
const HOLE = '\uE000'

/**
 * Up to the end of the host, as URL parsers read http and https (WHATWG URL, 4.4): after the scheme any number of slashes, and
 * backslashes too. Two of them behind an expression: that may be the scheme.
 */
const UP_TO_HOST = new RegExp(String.raw`^(?:[^:/\\?#]*:(?!\d)|${HOLE}(?=[/\\]{2}))?[/\\]*[^/\\?#]*`)

/** Spaces and control characters before it, and tabs and line ends anywhere, are no part of an address to them. */
const asParsersRead = (address: string): string =>
  // oxlint-disable-next-line no-control-regex
  address.replace(/^[\u0000-\u0020]+/, '').replaceAll(/[\t\n\r]/g, '')

/** The expressions that decide where a call goes, as a text. What vars hold is the file's own and is read as it is. */
export const hostOf = (
  { url, connection, path = '' }: Pick<HttpRequest, 'url' | 'connection' | 'path'>,
  { connections, vars }: Addresses,
): string => {
  const base = connection === undefined ? undefined : connections[connection]?.url.replace(/\/$/, '')
  const found = split(url ?? `${base ?? ''}${path}`)
  if (!('parts' in found)) return ''
  const sources: string[] = []
  const texts = found.parts.map((part) => {
    if ('text' in part) return part.text.replaceAll(HOLE, '')
    const name = /^\s*vars\.(\w+)\s*$/.exec(part.source)?.[1]
    if (name !== undefined && Object.hasOwn(vars, name)) return String(vars[name])
    sources.push(`\${${part.source}}`)
    return HOLE
  })
  const [host = ''] = UP_TO_HOST.exec(asParsersRead(texts.join(''))) ?? []
  return sources.slice(0, host.split(HOLE).length - 1).join(' ')
}

/** The same of a call: of its host, not of its path. */
export const hostTakenFrom = (call: Parameters<typeof hostOf>[0], addresses: Addresses): string | undefined =>
  takenFrom(hostOf(call, addresses))

/** What is kept and shown of a host. */
export const shownHost = (host: string, from: string | undefined): string =>
  from === undefined ? host : `host from ${from}`
