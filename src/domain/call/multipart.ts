// A multipart body of fields and files of text (RFC 7578, names escaped as the HTML Standard has it). The same parts are always
// the same bytes: a retry sends what was signed and approved.
import { createHash } from 'node:crypto'
import { textOf } from '../cel/values.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'

/** A file of text. A text that is one `${…}` may be a number. */
type File = { filename: JsonValue; type?: JsonValue; text: JsonValue }

const isText = (value: JsonValue | undefined): boolean =>
  value !== undefined && value !== null && !Array.isArray(value) && !isJsonObject(value)

const isFile = (part: JsonValue): part is File =>
  isJsonObject(part) && isText(part['filename']) && isText(part['text'])

/** What is wrong with a multipart body that a person wrote; undefined: nothing. */
export const multipartFault = (parts: JsonObject): string | undefined => {
  const wrong = Object.entries(parts).find(([, part]) => typeof part === 'object' && !isFile(part))
  return wrong && `"${wrong[0]}" is a text, or a file: { "filename": "…", "text": "…" }.`
}

const quoted = (name: string): string =>
  `"${name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')}"`
const inLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ')

function headOf(name: string, part: JsonValue): string {
  const field = `Content-Disposition: form-data; name=${quoted(name)}`
  if (!isFile(part)) return field
  const type = inLine(textOf(part.type ?? 'text/plain; charset=utf-8'))
  return `${field}; filename=${quoted(textOf(part.filename))}\r\nContent-Type: ${type}`
}

export function encodeMultipart(parts: JsonObject): { body: string; contentType: string } {
  const blocks = Object.entries(parts).map(
    ([name, part]) => `${headOf(name, part)}\r\n\r\n${textOf(isFile(part) ? part.text : part)}\r\n`,
  )
  const whole = blocks.join('')
  // A digest of the content cannot stand in the content.
  const boundary = `signalbox-${createHash('sha256').update(whole).digest('hex').slice(0, 40)}`
  return {
    body: `${blocks.map((block) => `--${boundary}\r\n${block}`).join('')}--${boundary}--\r\n`,
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}
