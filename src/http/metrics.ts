// Prometheus figures: one prefix, base units, never a run id as a label.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { oneReading } from '../domain/one-reading.ts'
import { type WorkFigures, type WorkMetrics, workMetrics } from './work-metrics.ts'

export interface Metrics extends WorkMetrics {
  registry: Registry
  hookSeconds: Histogram<'status'>
}

interface LedgerFigures {
  workflow: string
  accepted: number
  outcomes: number
  byOutcome: Record<string, number>
  open: number
  inFlight: number
  unaccounted: number
}

const figureOfState = [
  ['accepted', 'accepted'],
  ['outcome', 'outcomes'],
  ['open', 'open'],
  ['in_flight', 'inFlight'],
  ['unaccounted', 'unaccounted'],
] as const

export interface FigureSource {
  /** Read when somebody scrapes: by workflow. */
  ledger(): Promise<LedgerFigures[]>
  queueDepth(): Promise<Record<string, number>>
  work(): Promise<WorkFigures>
}

export function makeMetrics(source: FigureSource): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'signalbox_' })
  const registers = [registry]
  const ledgers = oneReading(() => source.ledger())
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
      const all = await ledgers()
      for (const [state, figure] of figureOfState)
        this.set(
          { state },
          all.reduce((total, one) => total + one[figure], 0),
        )
    },
  })
  new Counter({
    name: 'signalbox_outcomes_total',
    help: 'Runs that ended, by workflow and outcome; every process tells the same',
    labelNames: ['workflow', 'outcome'] as const,
    registers,
    async collect() {
      const all = await ledgers()
      this.reset()
      for (const { workflow, byOutcome } of all)
        for (const [outcome, n] of Object.entries(byOutcome)) this.inc({ workflow, outcome }, n)
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
