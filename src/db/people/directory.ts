// The names of our workspace, as Slack last told us: what workflow files are checked against.
import { type Entry, readEntries } from './members.ts'
import type { Tx } from '../store/open.ts'
import { readGroupsRefused } from './workspace.ts'

export interface Handles {
  people: string[]
  groups: string[]
  gone: string[]
  /** Whom each name means. */
  entries: Entry[]
  /** Slack's word for why it does not tell groups. */
  groupsRefused?: string
}

/** undefined: Slack was never asked, so nothing can be said of any name. */
export async function readHandles(tx: Tx): Promise<Handles | undefined> {
  const entries = await readEntries(tx)
  if (!entries?.some(({ kind }) => kind === 'person')) return undefined
  const of = (kind: Entry['kind'], isGone: boolean) =>
    entries.filter((one) => one.kind === kind && one.isGone === isGone).map(({ handle }) => handle)
  const refused = await readGroupsRefused(tx)
  return {
    people: of('person', false),
    groups: of('group', false),
    gone: of('person', true),
    entries,
    ...(refused && { groupsRefused: refused.code }),
  }
}

/** Groups of ours that something can be given to, by handle. */
export async function groupChoices(tx: Tx): Promise<{ id: string; handle: string; name: string }[]> {
  const entries = (await readEntries(tx)) ?? []
  return entries
    .filter(({ kind, isGone }) => kind === 'group' && !isGone)
    .toSorted((a, b) => (a.handle < b.handle ? -1 : 1))
}
