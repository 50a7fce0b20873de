// The lists behind the numbers of a digest: each holds exactly the runs or exceptions that its number counts.
import type { WindowFigures } from './digest.ts'

export const digestLists = {
  accepted: 'Came in',
  ended: 'Ended',
  straight: 'Straight through',
  erred: 'Met an error',
  settled: 'Settled',
  late: 'Missed the SLA',
  touched: 'Touched by hand',
  open: 'Waiting',
} as const
export type DigestList = keyof typeof digestLists
export const digestListNames = Object.keys(digestLists) as DigestList[]
export const isDigestList = (text: string): text is DigestList => Object.hasOwn(digestLists, text)

/** How long the list is, by the figures; null: the figures do not say. */
export function listLength(list: DigestList, figures: WindowFigures): number | null {
  if (list === 'late') return figures.slaDue - figures.slaKept
  if (list === 'touched') return null
  return figures[list]
}
