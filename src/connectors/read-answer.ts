// What is read of an answer: its status, its headers, and so much of its body as may be kept.
import type { Dispatcher } from 'undici'

const MOST_ANSWER_BYTES = 64 * 1024

/** Reads at most `limit` bytes and lets the rest go. */
async function readCapped(body: Dispatcher.ResponseData['body'], limit: number) {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part)
    size += part.length
    if (size > limit) break
  }
  // NUL is in no text that is kept: PostgreSQL takes none.
  const text = Buffer.concat(parts).subarray(0, limit).toString('utf8').replaceAll('\0', '\ufffd')
  return { text, isCut: size > limit }
}

/** We ask for plain answers and unpack none: what comes packed all the same is let go, whatever it would become. */
const isPacked = (encoding: string | string[] | undefined): boolean =>
  encoding !== undefined && String(encoding).trim().toLowerCase() !== 'identity'

/** `text`: at most 64 KiB of the body. */
export async function readAnswer({
  statusCode: status,
  headers: given,
  body,
}: Dispatcher.ResponseData): Promise<{
  status: number
  headers: Record<string, string>
  text: string
  isCut: boolean
}> {
  const headers = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
  const packed = isPacked(given['content-encoding'])
  const read = await readCapped(body, packed ? 0 : MOST_ANSWER_BYTES)
  return packed
    ? { status, headers, text: '(a compressed answer, which was not asked for)', isCut: true }
    : { status, headers, ...read }
}
