// The OpenTelemetry SDK: spans leave in batches as OTLP over HTTP. Loaded only where an endpoint is set.
import { diag, DiagLogLevel, type SpanOptions, type Context, type Span } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { TracingConfig } from '../config.ts'
import type { Logger } from '../log.ts'
import { firstSpanOf, traceIdOf } from './run-trace.ts'

const EXPORT_EVERY_MS = 1000
const EXPORT_WITHIN_MS = 5000
// A collector that is away must not keep the process from ending.
const STOP_WITHIN_MS = 3000

export interface Spans {
  /** The first span of a run: its ids follow from the run's. */
  first(name: string, runId: string, options: SpanOptions): Span
  /** Any other span, below the one in the context. */
  below(name: string, parent: Context, options: SpanOptions): Span
  /** Sends what is left. */
  stop(): Promise<void>
}

export function makeSpans({ endpoint, serviceName, ratio }: TracingConfig, log: Logger): Spans {
  const complain = (message: string) => log.warn({ about: 'tracing' }, message)
  diag.setLogger(
    { error: complain, warn: complain, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  const random = new RandomIdGenerator()
  let firstOf: string | undefined
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_WITHIN_MS,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    // By the trace id, so by the run: all its spans are kept or none, in every process.
    sampler: new TraceIdRatioBasedSampler(ratio),
    idGenerator: {
      generateTraceId: () => (firstOf === undefined ? random.generateTraceId() : traceIdOf(firstOf)),
      generateSpanId: () => (firstOf === undefined ? random.generateSpanId() : firstSpanOf(firstOf)),
    },
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: EXPORT_EVERY_MS })],
  })
  const tracer = provider.getTracer('signalbox')
  return {
    first(name, runId, options) {
      // Nothing else runs in between: starting a span is synchronous.
      firstOf = runId
      try {
        return tracer.startSpan(name, { ...options, root: true })
      } finally {
        firstOf = undefined
      }
    },
    below: (name, parent, options) => tracer.startSpan(name, options, parent),
    async stop() {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_WITHIN_MS)))
      await Promise.race([provider.shutdown(), late])
      clearTimeout(timer)
    },
  }
}
