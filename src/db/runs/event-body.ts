// Where the bytes of an event stand: in its own row, or in the delivery that it shares with other workflows.
import { Prisma } from '../generated/client.ts'

const bodyIn = (event: string): Prisma.Sql =>
  Prisma.raw(
    `(CASE WHEN ${event}.delivery_id IS NULL THEN ${event}.body ELSE (SELECT body FROM delivery WHERE id = ${event}.delivery_id) END)`,
  )
/** Of a row of `event` by its name, `e` or `f`, as an expression. Its length is known without reading it. */
export const bodyOfEvent = bodyIn('event')
export const bodyOfE = bodyIn('e')
export const bodyOfF = bodyIn('f')

/** What `withBody` asks of an event. */
export const BODY = {
  body: true,
  contentType: true,
  delivery: { select: { body: true } },
} satisfies Prisma.EventSelect

/** The same with its bytes in `body`. */
export const withBody = <
  E extends { body: Uint8Array<ArrayBuffer>; delivery: { body: Uint8Array<ArrayBuffer> } | null },
>({
  delivery,
  ...event
}: E): Omit<E, 'delivery'> => ({ ...event, body: delivery?.body ?? event.body })
