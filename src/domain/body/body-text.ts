// A body as text for people, and for what masks parts of it: JSON as it was sent, any other form as what was read of it.
import { decode } from './decode.ts'
import { mediaTypeOf } from './media-type.ts'
import { readBody, type StoredBody } from './read-body.ts'

export function bodyText(stored: StoredBody): string {
  const read = readBody(stored)
  if (read.kind === 'unreadable') return Buffer.from(stored.body).toString('utf8')
  const { form, charset } = mediaTypeOf(stored.contentType)
  return form === 'json' ? decode(stored.body, charset) : JSON.stringify(read.body)
}
