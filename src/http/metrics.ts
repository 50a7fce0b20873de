// Prometheus figures: one prefix, base units, never a run id as a label.
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type WorkFigures, type WorkMetrics, workMetrics } from './work-metrics.ts'

export interface Metrics extends WorkMetrics {
  registry: Registry
  hookSeconds: Histogram<'status'>
}

export interface FigureSource {
  /** Read when somebody scrapes. */
  ledger(): Promise<{
    accepted: number
    outcomes: number
    open: number
    inFlight: number
    unaccounted: number
  }>
  queueDepth(): Promise<Record<string, number>>
  work(): Promise<WorkFigures>
}

export function makeMetrics(source: FigureSource): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'signalbox_' })
  const registers = [registry]
  const hookSeconds = new Histogram({
    name: 'signalbox_hook_duration_seconds',
    help: 'From a webhook request to its answer',
    labelNames: ['status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  new Gauge({
    name: 'signalbox_runs',
    help: 'The conservation law: accepted = outcomes + open + in_flight; unaccounted is 0',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      const { accepted, outcomes, open, inFlight, unaccounted } = await source.ledger()
      this.set({ state: 'accepted' }, accepted)
      this.set({ state: 'outcome' }, outcomes)
      this.set({ state: 'open' }, open)
      this.set({ state: 'in_flight' }, inFlight)
      this.set({ state: 'unaccounted' }, unaccounted)
    },
  })
  new Gauge({
    name: 'signalbox_queue_jobs',
    help: 'Jobs that wait or run',
    labelNames: ['queue'] as const,
    registers,
    async collect() {
      for (const [queue, depth] of Object.entries(await source.queueDepth())) this.set({ queue }, depth)
    },
  })
  return { registry, hookSeconds, ...workMetrics(registry, () => source.work()) }
}
