// What waits for one person, as it is kept with the digest that goes to them alone.
import { z } from 'zod'

export const ownerDigestSchema = z.object({
  version: z.literal(1),
  kind: z.literal('owner'),
  takenAt: z.iso.datetime(),
  /** All that waits, and how much of it is past its time; `items` are the most urgent of it. */
  open: z.number(),
  overdue: z.number(),
  items: z.array(
    z.object({
      title: z.string(),
      subject: z.string().nullable(),
      reason: z.string(),
      openedAt: z.iso.datetime(),
      dueAt: z.iso.datetime().nullable(),
    }),
  ),
})
export type OwnerDigest = z.output<typeof ownerDigestSchema>
