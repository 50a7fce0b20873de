// A window that shows more than Slack takes in one: in pages, each in the place of the one before.
import type { Button, KnownBlock, ModalView } from '@slack/types'
import { plain } from '../text.ts'

/** Of Slack's 100 blocks and 250 KB, with room for what stands below each page. */
const MOST_BLOCKS = 90
const MOST_BYTES = 200_000

const bytesOf = (block: KnownBlock): number => Buffer.byteLength(JSON.stringify(block)) + 1

function pagesOf(blocks: KnownBlock[]): KnownBlock[][] {
  const pages: KnownBlock[][] = [[]]
  let left = MOST_BYTES
  for (const block of blocks) {
    const bytes = bytesOf(block)
    const page = pages.at(-1) ?? []
    if (page.length > 0 && (bytes > left || page.length === MOST_BLOCKS)) {
      pages.push([block])
      left = MOST_BYTES - bytes
    } else {
      page.push(block)
      left -= bytes
    }
  }
  return pages
}

export interface Paged {
  title: string
  blocks: KnownBlock[]
  /** Below each page. */
  below: KnownBlock[]
  /** Its buttons are called `why_back` and `why_next`, and carry what `valueOf` makes of the page that they lead to. */
  name: string
  valueOf: (page: number) => string
  /** From 1; one that is not there is the nearest that is. */
  page: number
}

export function pagedModal({ title, blocks, below, name, valueOf, page }: Paged): ModalView {
  const pages = pagesOf(blocks)
  const at = Math.min(Math.max(1, page), pages.length)
  const button = (to: number, way: 'back' | 'next', label: string): Button[] =>
    to < 1 || to > pages.length
      ? []
      : [
          {
            type: 'button',
            action_id: `${name}_${way}`,
            text: { type: 'plain_text', text: label },
            value: valueOf(to),
          },
        ]
  const pager: KnownBlock[] =
    pages.length === 1
      ? []
      : [
          { type: 'context', elements: [plain(`Page ${at} of ${pages.length}`)] },
          {
            type: 'actions',
            block_id: 'pages',
            elements: [...button(at - 1, 'back', 'Back'), ...button(at + 1, 'next', 'Next')],
          },
        ]
  return {
    type: 'modal',
    title: { type: 'plain_text', text: title },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [...(pages[at - 1] ?? []), ...below, ...pager],
  }
}

/** The id and the page that such a button carries; undefined for anything else. */
export function readPageValue(text: unknown): { id: string; page: number } | undefined {
  const [, id, page] = typeof text === 'string' ? (/^([\w-]{1,100}):(\d{1,6})$/.exec(text) ?? []) : []
  return id === undefined ? undefined : { id, page: Number(page) }
}
export const pageValue = (id: string, page: number): string => `${id}:${page}`
