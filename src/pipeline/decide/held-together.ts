// A run that lacks a field because its source changed shape waits under the one exception about that.
import type { Under } from '../drift/drift.ts'
import type { Judged } from './commit.ts'

/** The verdict with its reason said rightly, where what is wrong comes of the change. */
export function heldTogether(judged: Judged, under: Under | undefined): Judged {
  const { next } = judged.verdict
  if (!under || next.kind !== 'hold') return judged
  const problems = next.data['fields'] as { field: string }[] | undefined
  if (!problems?.some(({ field }) => under.fields.includes(field))) return judged
  return {
    ...judged,
    verdict: {
      ...judged.verdict,
      next: {
        ...next,
        reason: 'shape_changed',
        data: { ...next.data, formatChange: under.formatChange },
        about: under.fields.toSorted().join(','),
        underCard: under.cardId,
      },
    },
  }
}
