// The bytes of a request as the event that they are: unpacked, of a form that the webhook takes, and read.
import { typeOf } from '../domain/body/media-type.ts'
import { readBody } from '../domain/body/read-body.ts'
import { notTaken } from '../domain/body/taken.ts'
import { type Receiving, signsBytes } from '../domain/senders/receiving.ts'
import type { JsonValue } from '../domain/values/json.ts'
import type { Problem } from './problem.ts'
import { unpack } from './unpack.ts'

export interface Opened {
  body: Buffer
  contentType: string
  event: JsonValue
}

const MOST_BODY_BYTES = 1024 * 1024

export async function openBody(
  receiving: Receiving,
  { raw, headers }: { raw: Buffer; headers: Record<string, string> },
): Promise<Opened | { problem: Problem }> {
  const packed = { bytes: raw, encoding: headers['content-encoding'], isSigned: signsBytes(receiving) }
  const body = await unpack(packed, MOST_BODY_BYTES)
  if (!Buffer.isBuffer(body)) return { problem: body }
  const [form = 'json'] = receiving.forms
  const contentType = receiving.ignoresType ? typeOf[form] : (headers['content-type'] ?? '')
  const refused = notTaken(receiving, { body, contentType })
  if (refused) return { problem: refused }
  const read = readBody({ body, contentType })
  if (read.kind === 'unreadable') return { problem: read }
  return { body, contentType, event: read.body }
}
