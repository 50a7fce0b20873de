// The spans of a run: its capture, each decision, each try of an action, each post of its card. They carry ids and
// names, never what was in an event, an answer or a message. Spans stand below the capture, in the order of time.
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { TracingConfig } from '../config.ts'
import type { Database } from '../db/store/open.ts'
import type { RenderedAction } from '../domain/compile/compiled-workflow.ts'
import { FaultError } from '../domain/fault.ts'
import { headerText } from '../domain/text/render-text.ts'
import type { Logger } from '../log.ts'
import { describe, type Perform } from '../pipeline/act/perform.ts'
import type { Arrival, Captured } from '../pipeline/capture/capture.ts'
import type { Offer } from '../pipeline/capture/fan-out.ts'
import type { IntakeTraces } from '../pipeline/capture/intake.ts'
import type { Judged } from '../pipeline/decide/commit.ts'
import type { TraceCard } from '../slack/notify/notifier.ts'
import { makeSpans } from './export.ts'
import { firstSpanOf, readTraceparent, traceIdOf, traceparentOf } from './run-trace.ts'

export interface Traces extends IntakeTraces {
  ofActions(perform: Perform): Perform
  /** Runs that were decided together, from `since` until now. */
  decided(judged: Judged[], since: Date): void
  ofCard: TraceCard
  stop(): Promise<void>
}

const inRun = (runId: string) =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceIdOf(runId),
    spanId: firstSpanOf(runId),
    traceFlags: 1,
    isRemote: true,
  })

/** Ends the span with the work. A failure is told by its code: messages may quote what came from outside. */
async function during<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const message = error instanceof FaultError ? error.code : 'internal_error'
    span.setStatus({ code: SpanStatusCode.ERROR, message })
    throw error
  } finally {
    span.end()
  }
}

/** The target learns of the span that calls it, unless the workflow sends a traceparent of its own. */
function withTraceparent(action: RenderedAction, span: Span): RenderedAction {
  if (action.kind !== 'http') return action
  const { headers } = action.call
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'traceparent')) return action
  const traceparent = headerText(traceparentOf(span.spanContext()))
  return { ...action, call: { ...action.call, headers: { ...headers, traceparent } } }
}

const decidedAs = ({ run, verdict }: Judged) => {
  const { next, rule, route } = verdict
  return {
    'signalbox.run': run.id,
    'signalbox.workflow': run.workflow,
    'signalbox.version': run.versionId,
    'signalbox.next': next.kind,
    ...(rule === null ? {} : { 'signalbox.rule': rule }),
    ...(route === null ? {} : { 'signalbox.route': route }),
    ...(next.kind === 'hold' ? { 'signalbox.reason': next.reason } : {}),
    ...(next.kind === 'end' ? { 'signalbox.outcome': next.outcome } : {}),
  }
}

export function makeTraces(
  config: TracingConfig,
  { db, log, clock }: { db: Database; log: Logger; clock: () => Date },
): Traces {
  const spans = makeSpans(config, log)
  const captureSpan = (
    arrival: Pick<Arrival, 'headers' | 'source' | 'workflow'>,
    captured: Captured,
    startTime: Date,
  ): void => {
    const sender = readTraceparent(arrival.headers['traceparent'])
    const options = {
      startTime,
      kind: arrival.source === 'webhook' ? SpanKind.SERVER : SpanKind.INTERNAL,
      attributes: {
        'signalbox.run': captured.run,
        'signalbox.event': captured.event,
        'signalbox.workflow': arrival.workflow,
        'signalbox.source': arrival.source,
      },
      links: sender ? [{ context: { ...sender, isRemote: true } }] : [],
    }
    const span = captured.duplicate
      ? spans.below(`capture ${arrival.workflow} again`, inRun(captured.run), options)
      : spans.first(`capture ${arrival.workflow}`, captured.run, options)
    span.end(clock())
  }
  return {
    ofCapture: (capture) => async (arrival) => {
      const startTime = clock()
      const captured = await capture(arrival)
      captureSpan(arrival, captured, startTime)
      return captured
    },
    ofCaptureAll: (captureAll) => async (arrivals) => {
      const startTime = clock()
      const all = await captureAll(arrivals)
      for (const [at, captured] of all.entries()) captureSpan(arrivals[at] as Arrival, captured, startTime)
      return all
    },
    ofTakeAll: (takeAll) => async (offers) => {
      const startTime = clock()
      const all = await takeAll(offers)
      for (const [at, { runs, duplicate }] of all.entries())
        for (const { workflow, event, run } of runs) {
          const offer = (offers[at] as Offer).wantedBy.find((one) => one.workflow === workflow)
          if (offer) captureSpan(offer, { event, run, duplicate }, startTime)
        }
      return all
    },
    ofActions: (perform) => (action, run) => {
      const span = spans.below(`act ${action.name}`, inRun(run.runId), {
        kind: SpanKind.CLIENT,
        attributes: {
          'signalbox.run': run.runId,
          'signalbox.action': action.name,
          'signalbox.target': describe(action).shownTarget,
        },
      })
      return during(span, async () => {
        const performed = await perform(withTraceparent(action, span), run)
        if (performed.status !== undefined) span.setAttribute('http.response.status_code', performed.status)
        return performed
      })
    },
    decided(judged, since) {
      const until = clock()
      for (const one of judged) {
        const attributes = { ...decidedAs(one), 'signalbox.batch': judged.length }
        spans.below('decide', inRun(one.run.id), { startTime: since, attributes }).end(until)
      }
    },
    async ofCard(card, post) {
      // Only the card of an exception is about one run.
      const where = { id: card.subjectId }
      const about =
        card.kind === 'exception'
          ? await db.prisma.exception.findUnique({ where, select: { runId: true } })
          : undefined
      if (!about) return post()
      const name = card.ts === null ? 'card post' : 'card update'
      const attributes = {
        'signalbox.run': about.runId,
        'signalbox.exception': card.subjectId,
        'signalbox.card': card.id,
        'signalbox.revision': card.wantedRevision,
      }
      const span = spans.below(name, inRun(about.runId), { kind: SpanKind.CLIENT, attributes })
      return during(span, async () => {
        const posted = await post()
        if (posted !== 'stands') span.setStatus({ code: SpanStatusCode.ERROR, message: 'slack_refused' })
        return posted
      })
    },
    stop: () => spans.stop(),
  }
}
