// XML and SOAP as an object: elements by their names without prefixes, attributes as "@name", text beside either as "#text".
// Values stay text. Document types are refused: entities of one's own are how XML grows, and reads files.
import { parseXml, XmlCdata, XmlDocumentType, XmlElement, XmlText } from '@rgrove/parse-xml'
import type { JsonValue } from '../values/json.ts'
import { BodyFault, unreadable } from './body-fault.ts'
import { decode } from './decode.ts'
import { MOST_DEPTH } from './json-text.ts'
import { listed } from './listed.ts'

const malformed = (why: string) => unreadable('Not XML', `The body is not XML: ${why}`)
/** Tags and attributes; a document of 1 MiB could have so many that nobody else is answered meanwhile. */
const MOST_PARTS = 50_000
const PART = /<|=\s*["']/g
function refuseManyParts(text: string): void {
  let parts = 0
  for (const _ of text.matchAll(PART))
    if ((parts += 1) > MOST_PARTS) throw malformed(`it has more than ${MOST_PARTS} tags and attributes.`)
}

/** The parser looks at each character of a name by itself. */
const MOST_NAME = 1000
const LONG_NAME = new RegExp(`<[^\\s<>/=!]{${MOST_NAME + 1}}`)

/** XML 1.0, 2.11. Done here: the parser copies all that follows for each carriage return, seconds for 120,000 of them. */
const withPlainLines = (text: string): string =>
  text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text

const tooDeep = () => malformed(`it nests deeper than ${MOST_DEPTH} levels.`)

/** What its first line says (XML 1.0, 4.3.3), where the Content-Type says nothing. Every such charset begins as ASCII does. */
export const declaredIn = (bytes: Uint8Array): string | undefined =>
  /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*?\sencoding=["']([\w.:-]+)["']/
    .exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1'))?.[1]
    ?.toLowerCase()

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** What says which prefix stands for what is nothing of the event. */
const isNamespace = (attribute: string): boolean => attribute === 'xmlns' || attribute.startsWith('xmlns:')

function valueOf(element: XmlElement, depth: number): JsonValue {
  if (depth > MOST_DEPTH) throw tooDeep()
  const pairs: [string, JsonValue][] = []
  for (const name in element.attributes)
    if (!isNamespace(name)) pairs.push([`@${local(name)}`, element.attributes[name] ?? ''])
  let text = ''
  for (const child of element.children) {
    if (child instanceof XmlElement) pairs.push([local(child.name), valueOf(child, depth + 1)])
    else if (child instanceof XmlText || child instanceof XmlCdata) text += child.text
  }
  text = text.trim()
  if (text !== '' && pairs.length > 0) pairs.push(['#text', text])
  return pairs.length === 0 ? text : listed(pairs)
}

export function readXml(bytes: Uint8Array, charset: string | undefined): JsonValue {
  const text = withPlainLines(decode(bytes, charset ?? declaredIn(bytes)))
  refuseManyParts(text)
  if (LONG_NAME.test(text)) throw malformed(`a name has more than ${MOST_NAME} characters.`)
  try {
    const document = parseXml(text, { preserveCdata: true, preserveDocumentType: true })
    if (document.children.some((child) => child instanceof XmlDocumentType))
      throw malformed('it has a document type (<!DOCTYPE …>). Send it without one: no entities are read.')
    const { root } = document
    if (!root) throw malformed('it has no element.')
    return listed([[local(root.name), valueOf(root, 1)]])
  } catch (error) {
    if (error instanceof BodyFault) throw error
    // The parser recurses: what overflows its stack nests.
    if (error instanceof RangeError) throw tooDeep()
    // Its message ends in an excerpt, and quotes names whole.
    throw malformed(`${(error as Error).message.split('\n', 1)[0]?.slice(0, 200)}.`)
  }
}
