// A body as text for people, and for what masks parts of it: JSON as it was sent, any other form as what was read of it.
import { BodyFault } from './body-fault.ts'
import { decode } from './decode.ts'
import { type Form, mediaTypeOf } from './media-type.ts'
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
  try {
    const { form, charset = 'utf-8' } = mediaTypeOf(contentType)
    const isUtf8 = charset === 'utf-8' || charset === 'utf8'
    if (form === 'json') return isUtf8 ? undefined : `JSON in ${charset}`
    return FORMS[form]
  } catch (error) {
    // Nothing reads this type: the text is the bytes.
    if (error instanceof BodyFault) return undefined
    throw error
  }
}
