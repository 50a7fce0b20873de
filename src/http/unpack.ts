// Content-Encoding: the bytes as they were before the sender compressed them, up to a bound. Whoever signs, signs what is on
// the wire; what is kept is unpacked (decision 23).
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib'
import type { Problem } from './problem.ts'

type Unpack = (bytes: InputType, options: ZlibOptions) => Promise<Buffer>

const unzlib: Unpack = promisify(inflate)
const unraw: Unpack = promisify(inflateRaw)

/** "deflate" means zlib's format (RFC 9110, 8.4.1.2); some send it without zlib's header, whose two bytes are a multiple of 31. */
const deflate: Unpack = (bytes, options) => {
  const [first = 0, second = 0] = bytes as Buffer
  return (first * 256 + second) % 31 === 0 && (first & 15) === 8
    ? unzlib(bytes, options)
    : unraw(bytes, options)
}

const unpackers = new Map<string, Unpack>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', deflate],
  ['br', promisify(brotliDecompress)],
])
const TAKEN = { 'accept-encoding': 'gzip, deflate, br' }

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

/** At most `most` bytes are ever unpacked, whatever the body claims. */
export async function unpack(
  packed: Buffer,
  encoding: string | undefined,
  most: number,
): Promise<Buffer | Problem> {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return packed
  const one = unpackers.get(name)
  if (!one)
    return {
      status: 415,
      title: 'Unknown compression',
      detail: `Content-Encoding: ${name.slice(0, 40)} is not known here. Send gzip, deflate or br, or send the body uncompressed.`,
      headers: TAKEN,
    }
  try {
    return await one(packed, { maxOutputLength: most })
  } catch (error) {
    if (isTooLarge(error))
      return {
        status: 413,
        title: 'Too large',
        detail: `The body is larger than ${most / 1024 ** 2} MiB once it is unpacked.`,
      }
    return {
      status: 400,
      title: 'Broken compression',
      detail: `The body is not ${name}, as its Content-Encoding says. Send it whole, or uncompressed.`,
    }
  }
}
