// Bytes to text: UTF-8 unless something else is declared, and no byte that it does not have.
import { unreadable, unsupported } from './body-fault.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

const decoderOf = (charset: string): TextDecoder => {
  if (charset === 'utf-8') return utf8
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch {
    throw unsupported(
      'Unsupported charset',
      `The charset "${charset.slice(0, 40)}" is not known here. Send UTF-8.`,
    )
  }
}

const nameOf = (charset: string): string => (charset === 'utf-8' ? 'UTF-8' : charset)

/** Throws BodyFault. A byte order mark at the beginning is left out. */
export function decode(bytes: Uint8Array, charset = 'utf-8'): string {
  const decoder = decoderOf(charset)
  try {
    return decoder.decode(bytes)
  } catch {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b)
      throw unreadable(
        'Compressed',
        'The body is gzip, and no header says so. Send Content-Encoding: gzip with it, or send it uncompressed.',
      )
    throw unreadable(
      'Wrong charset',
      `The body is not ${nameOf(decoder.encoding)}. Send UTF-8, or declare its charset in the Content-Type.`,
    )
  }
}
