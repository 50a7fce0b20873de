// Cursor pagination as Slack has it: an opaque cursor, empty at the end.
import { optionalText, wholeNumber, type Arguments } from './arguments.ts'
import { Refusal } from './refusal.ts'

const PREFIX = 'next:'

export const encodeCursor = (place: string): string => Buffer.from(`${PREFIX}${place}`).toString('base64')

/** Throws Refusal invalid_cursor. */
export const decodeCursor = (args: Arguments): string | undefined => {
  const cursor = optionalText(args, 'cursor')
  if (cursor === undefined) return undefined
  const place = Buffer.from(cursor, 'base64').toString()
  if (!place.startsWith(PREFIX) || encodeCursor(place.slice(PREFIX.length)) !== cursor)
    throw new Refusal('invalid_cursor')
  return place.slice(PREFIX.length)
}

export const limitOf = (args: Arguments, usual: number, most: number): number => {
  const limit = wholeNumber(args, 'limit', usual)
  if (limit > most) throw new Refusal('invalid_limit')
  return limit === 0 ? usual : limit
}

/** One page of a list; the cursor holds the index to go on from. */
export const pageOf = <T>(
  all: T[],
  args: Arguments,
  { usual, most }: { usual: number; most: number },
): { items: T[]; response_metadata: { next_cursor: string } } => {
  const start = Number(decodeCursor(args) ?? '0')
  if (!Number.isInteger(start) || start < 0) throw new Refusal('invalid_cursor')
  const end = start + limitOf(args, usual, most)
  return {
    items: all.slice(start, end),
    response_metadata: { next_cursor: end < all.length ? encodeCursor(String(end)) : '' },
  }
}
