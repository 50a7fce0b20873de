// A body as text for people, and for what masks parts of it: JSON as it was sent, any other form as what was read of it.
import { decode } from './decode.ts'
import { type Form, mediaTypeIn, mediaTypeOf } from './media-type.ts'
import { readBody, type StoredBody } from './read-body.ts'

export function bodyText(stored: StoredBody): string {
  const read = readBody(stored)
  if (read.kind === 'unreadable') return Buffer.from(stored.body).toString('utf8')
  const { form, charset } = mediaTypeOf(stored.contentType)
  return form === 'json' ? decode(stored.body, charset) : JSON.stringify(read.body)
}

const FORMS: Record<Exclude<Form, 'json'>, string> = {
  form: 'a form',
  multipart: 'a multipart form',
  xml: 'XML',
  ndjson: 'JSON lines',
  text: 'plain text',
}

/** What the text of such a body was read from, in words; undefined where it is the text that was sent: JSON in UTF-8. */
export function readFrom(contentType: string): string | undefined {
  const type = mediaTypeIn(contentType)
  // Nothing reads this type: the text is the bytes.
  if (!type) return undefined
  const { form, charset = 'utf-8' } = type
  if (form !== 'json') return FORMS[form]
  return charset === 'utf-8' || charset === 'utf8' ? undefined : `JSON in ${charset}`
}
