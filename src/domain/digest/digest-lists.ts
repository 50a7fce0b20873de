// The lists behind the numbers of a digest: each holds exactly the runs or exceptions that its number counts.
import type { WindowFigures } from './digest.ts'

export const digestLists = {
  accepted: 'Received',
  ended: 'Completed',
  automated: 'Fully automated',
  erred: 'With an error',
  resolved: 'Resolved',
  reopened: 'Reopened',
  late: 'SLA breached',
  manual: 'With manual steps',
  open: 'Needs attention',
} as const
export type DigestList = keyof typeof digestLists
export const digestListNames = Object.keys(digestLists) as DigestList[]
export const isDigestList = (text: string): text is DigestList => Object.hasOwn(digestLists, text)

/** How long the list is, by the figures; null: the figures do not say. */
export function listLength(list: DigestList, figures: WindowFigures): number | null {
  if (list === 'late') return figures.slaDue - figures.slaMet
  if (list === 'manual') return null
  return figures[list]
}
