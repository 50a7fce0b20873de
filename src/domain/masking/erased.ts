// What can be emptied of a run that ended, and how a view says that it was.
export const erasable = ['payloads', 'records', 'attempts', 'audit'] as const

/**
 * payloads: bodies and headers of events. records: fields, inputs of decisions, words of exceptions and outcomes.
 * attempts: requests and answers. audit: what its rows say beside who, what and when.
 */
export type Erasable = (typeof erasable)[number]

export interface Erasure {
  part: Erasable
  at: Date
  /** Who asked for it; `retention` where it was too old to be kept. */
  by: string
}

/** What the run's row says of it, in the order of `erasable`. */
export function erasuresIn(erased: unknown): Erasure[] {
  if (typeof erased !== 'object' || erased === null) return []
  const parts = new Map(Object.entries(erased as Record<string, { at: string; by: string }>))
  return erasable.flatMap((part) => {
    const one = parts.get(part)
    return one ? [{ part, at: new Date(one.at), by: one.by }] : []
  })
}

/** "erased on 2026-11-23 by @ada" */
export const erasedText = ({ at, by }: Pick<Erasure, 'at' | 'by'>): string =>
  `erased on ${at.toISOString().slice(0, 10)} by ${by}`
