// multipart/form-data (RFC 7578): fields as in any form; a file by its name, type, size and hash. Its bytes are in the event.
import { createHash } from 'node:crypto'
import { MultipartParser, type MultipartPart } from '@remix-run/multipart-parser'
import type { JsonObject, JsonValue } from '../values/json.ts'
import { BodyFault, unreadable } from './body-fault.ts'
import { decode } from './decode.ts'
import { fieldsOf, MOST_FIELDS, tooManyFields } from './fields.ts'
import type { MediaType } from './media-type.ts'

/** RFC 2046 allows 70; senders exist that use a few more. */
const MOST_BOUNDARY = 200

const malformed = (why: string) => unreadable('Not multipart', `The body is not multipart/form-data: ${why}`)

/**
 * Whether the first line is the boundary, and not only begins with it: of a body whose lines begin with `--abc`, a boundary `a`
 * would make other parts. Nobody signs the boundary, so it must be that of the body.
 */
function beginsWith(boundary: string, bytes: Uint8Array): boolean {
  const opening = `--${boundary}`
  const line = Buffer.from(bytes.subarray(0, opening.length + 2)).toString('latin1')
  return line === `${opening}\r\n` || line === `${opening}--`
}

/** Two files of one name and size that differ are two events: the hash tells them apart. */
const fileOf = (part: MultipartPart): JsonObject => ({
  name: part.filename ?? '',
  type: part.mediaType ?? 'application/octet-stream',
  size: part.size,
  sha256: createHash('sha256').update(part.bytes).digest('hex'),
})

function pairOf(part: MultipartPart, charset: string | undefined): readonly [string, JsonValue] {
  const { name } = part
  if (name === undefined) throw malformed('a part has no name.')
  const own = /charset="?([^\s";]+)/i.exec(part.headers['content-type'] ?? '')?.[1]
  return [name, part.isFile ? fileOf(part) : decode(part.bytes, own?.toLowerCase() ?? charset)]
}

export function readMultipart(bytes: Uint8Array, { boundary, charset }: MediaType): JsonObject {
  if (boundary === undefined || boundary === '' || boundary.length > MOST_BOUNDARY)
    throw malformed('its Content-Type names no boundary that can be one.')
  if (!beginsWith(boundary, bytes)) throw malformed('its first line is not the boundary of its Content-Type.')
  try {
    const parser = new MultipartParser(boundary, {
      maxParts: MOST_FIELDS + 1,
      maxFileSize: bytes.length,
      maxTotalSize: bytes.length,
    })
    const pairs: (readonly [string, JsonValue])[] = []
    for (const part of parser.write(bytes)) {
      if (pairs.length === MOST_FIELDS) throw tooManyFields()
      pairs.push(pairOf(part, charset))
    }
    parser.finish()
    return fieldsOf(pairs)
  } catch (error) {
    if (error instanceof BodyFault) throw error
    throw malformed(`${(error as Error).message}.`)
  }
}
