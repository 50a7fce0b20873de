// What expressions see of a body: a function of its bytes and its content type, and of nothing else. Total: what cannot be
// read is an answer that says why. Read at the door, where it is refused, and again wherever a stored event is looked at.
import type { JsonValue } from '../values/json.ts'
import { BodyFault, type BodyProblem } from './body-fault.ts'
import { decode } from './decode.ts'
import { readJson } from './json-text.ts'
import { type Form, type MediaType, mediaTypeOf } from './media-type.ts'
import { readMultipart } from './multipart.ts'
import { readNdjson } from './ndjson.ts'
import { readUrlencoded } from './urlencoded.ts'
import { readXml } from './xml.ts'

/** A body as it is kept. */
export interface StoredBody {
  body: Uint8Array
  contentType: string
}

export type BodyRead = { kind: 'read'; body: JsonValue } | ({ kind: 'unreadable' } & BodyProblem)

const readers: Record<Form, (bytes: Uint8Array, type: MediaType) => JsonValue> = {
  json: (bytes, { charset }) => readJson(decode(bytes, charset), 'The body'),
  form: (bytes, { charset }) => readUrlencoded(bytes, charset),
  multipart: readMultipart,
  xml: (bytes, { charset }) => readXml(bytes, charset),
  ndjson: (bytes, { charset }) => readNdjson(decode(bytes, charset)),
  text: (bytes, { charset }) => decode(bytes, charset),
}

export function readBody({ body, contentType }: StoredBody): BodyRead {
  try {
    const type = mediaTypeOf(contentType)
    return { kind: 'read', body: readers[type.form](body, type) }
  } catch (error) {
    if (error instanceof BodyFault) return { kind: 'unreadable', ...error.problem }
    throw error
  }
}
