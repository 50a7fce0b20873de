// What publishing would change of the sources, in words.
import { receivingOf, unsignedBy } from '../../domain/senders/receiving.ts'
import type { Source } from '../../domain/workflow-file/webhook.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { inOneOrder } from './content-hash.ts'

export interface SourceChange {
  source: string
  kind: 'added' | 'changed' | 'removed'
  text: string
}

type Sources = Standards['sources']

const openText = (source: Source): string =>
  unsignedBy(source) === 'allowed' ? '; anyone can send events (allow_unsigned)' : ''
const isSame = (a: unknown, b: unknown) => JSON.stringify(inOneOrder(a)) === JSON.stringify(inOneOrder(b))

/** By name; what stays as it is is left out. */
export function sourceChanges(before: Sources, after: Sources): SourceChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.flatMap((source): SourceChange[] => {
    const [was, is] = [before[source], after[source]]
    if (is && !was)
      return [
        {
          source,
          kind: 'added',
          text: `source ${source}: new, ${receivingOf(is).name} at /in/${source}${openText(is)}`,
        },
      ]
    if (was && !is)
      return [
        {
          source,
          kind: 'removed',
          text: `source ${source}: removed; what is sent to /in/${source} is refused`,
        },
      ]
    if (isSame(was, is)) return []
    const sender = was && is && receivingOf(was).name !== receivingOf(is).name
    const text = sender
      ? `source ${source}: ${receivingOf(was).name} → ${receivingOf(is).name}${openText(is)}`
      : `source ${source}: changed${is ? openText(is) : ''}`
    return [{ source, kind: 'changed', text }]
  })
}
