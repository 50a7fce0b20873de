// Long answers in pages: which one was asked for, and what to type for the next.
import type { KnownBlock } from '@slack/types'
import { code, mrkdwn } from '../text.ts'

export const chunksOf = <T>(all: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size))

/** Takes a trailing "page 2" off the words; the first page is 1. */
export function readPage(words: string[]): { words: string[]; page: number } {
  const [word, number] = words.slice(-2)
  if (word?.toLowerCase() !== 'page' || !/^[1-9]\d{0,3}$/.test(number ?? '')) return { words, page: 1 }
  return { words: words.slice(0, -2), page: Number(number) }
}

/** "Page 1 of 3", with the command for the next; nothing where there is one page. */
export function pageBlock({
  page,
  pages,
  command,
}: {
  page: number
  pages: number
  command: string
}): KnownBlock[] {
  if (pages < 2) return []
  const more = page < pages ? ` ${code(`${command} page ${page + 1}`, 200)} shows more.` : ''
  return [{ type: 'context', elements: [mrkdwn(`Page ${page} of ${pages}.${more}`)] }]
}
