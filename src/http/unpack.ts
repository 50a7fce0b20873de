// Content-Encoding: the bytes as they were before the sender compressed them, up to a bound. Whoever signs, signs what is on
// the wire; what is kept is unpacked (decision 23).
import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib'
import type { Problem } from './problem.ts'

type Unpack = (bytes: InputType, options: ZlibOptions) => Promise<Buffer>

const unpackers = new Map<string, Unpack>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  // zlib's format (RFC 9110, 8.4.1.2). Without its header and sum, any text at all may be a stream of deflate.
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])
/** Brotli begins with no bytes of its own, and ends without a sum: text may be one. */
const UNTELLABLE = new Set(['br'])

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

const unknown = (name: string, isSigned: boolean): Problem => {
  const taken = [...unpackers.keys()].filter((one) => one !== 'x-gzip' && !(isSigned && UNTELLABLE.has(one)))
  const why = unpackers.has(name) ? 'is not taken where the body is signed' : 'is not known here'
  return {
    status: 415,
    title: 'Unknown compression',
    detail: `Content-Encoding: ${name.slice(0, 40)} ${why}. Send ${taken.slice(0, -1).join(', ')} or ${taken.at(-1)}, or send the body uncompressed.`,
    headers: { 'accept-encoding': taken.join(', ') },
  }
}

const broken = (name: string, why: string): Problem => ({
  status: 400,
  title: 'Broken compression',
  detail: `The body ${why} ${name}, as its Content-Encoding says. Send it whole, or uncompressed.`,
})

export interface Packed {
  bytes: Buffer
  encoding: string | undefined
  /**
   * The sender signed these bytes, but not the header: whoever recorded them may add one, or leave it out. So they are taken
   * only where they can be read in one way.
   */
  isSigned: boolean
}

/** At most `most` bytes are ever unpacked, whatever the body claims. */
export async function unpack({ bytes, encoding, isSigned }: Packed, most: number): Promise<Buffer | Problem> {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return bytes
  const one = unpackers.get(name)
  if (!one || (isSigned && UNTELLABLE.has(name))) return unknown(name, isSigned)
  // A signed body that is not compressed is text in UTF-8, which no gzip is, and a zlib stream can be made to be.
  if (isSigned && isUtf8(bytes)) return broken(name, 'is text, not')
  try {
    return await one(bytes, { maxOutputLength: most })
  } catch (error) {
    if (isTooLarge(error))
      return {
        status: 413,
        title: 'Too large',
        detail: `The body is larger than ${most / 1024 ** 2} MiB once it is unpacked.`,
      }
    return broken(name, 'is not')
  }
}
