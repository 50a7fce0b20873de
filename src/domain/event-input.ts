// What the stages after capture see of an event, worked out from what is kept of it.
import type { BodyProblem } from './body/body-fault.ts'
import { queryOf } from './body/query.ts'
import { readBody, type StoredBody } from './body/read-body.ts'
import type { JsonObject, JsonValue } from './values/json.ts'

export interface EventInput {
  body: unknown
  /** Names in lower case. */
  headers: Record<string, string>
  /** Of the address it was sent to; absent: it was sent to none. */
  query?: JsonObject
  method?: string
}

/** An event as it is kept. Beside its headers stand the method and query of its request, under names that no header can have. */
export interface StoredEvent extends StoredBody {
  headers: unknown
}

/** As HTTP/2 names what is not a header (RFC 9113, 8.3): emptied, copied and read wherever headers are. */
const METHOD = ':method'
const QUERY = ':query'

/** The headers of a request to keep, with its method and query. */
export const storedHeaders = (
  headers: Record<string, string>,
  { method, query }: { method: string; query: string },
): Record<string, string> => ({ ...headers, [METHOD]: method, ...(query === '' ? {} : { [QUERY]: query }) })

export type EventRead = { kind: 'read'; input: EventInput } | ({ kind: 'unreadable' } & BodyProblem)

/** The same for the same event, always. */
export function readEvent({ headers: stored, ...event }: StoredEvent): EventRead {
  const read = readBody(event)
  if (read.kind === 'unreadable') return read
  const { [METHOD]: method = '', [QUERY]: query = '', ...headers } = stored as Record<string, string>
  return { kind: 'read', input: { body: read.body, headers, query: queryOf(query), method } }
}

/** What expressions see of the request. */
export const requestOf = ({
  headers,
  query = {},
  method = '',
}: Omit<EventInput, 'body'>): Record<string, JsonValue> => ({ headers, query, method })
