// The trace of a run follows from its id: every process that works on it writes into the same trace, and whoever knows
// the run finds the trace, without a column for it.
import { createHash } from 'node:crypto'

const digestOf = (runId: string): string => createHash('sha256').update(runId).digest('hex')

/** 32 hex digits (W3C Trace Context). */
export const traceIdOf = (runId: string): string => digestOf(runId).slice(0, 32)

/** The first span of the run, its capture: 16 hex digits. */
export const firstSpanOf = (runId: string): string => digestOf(runId).slice(32, 48)

export interface SpanReference {
  traceId: string
  spanId: string
  traceFlags: number
}

/** The header that hands a trace on (W3C Trace Context, version 00). */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanReference): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/

/** What a sender's header refers to; undefined where it is none. */
export function readTraceparent(header: string | undefined): SpanReference | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(header ?? '') ?? []
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) }
}
