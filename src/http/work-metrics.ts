// Figures of the work itself: what is open, waits and lags, read from the database when somebody scrapes.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type Address, labelOf } from './addressee.ts'
import { oneReading } from '../domain/one-reading.ts'

export interface WorkFigures {
  open: { workflow: string; reason: string; count: number; overdue: number; oldestSeconds: number }[]
  cards: { waiting: number; oldestSeconds: number }
  workflows: { workflow: string; lastSuccessSeconds: number | null; isPaused: boolean }[]
  lag: { stage: string; oldestSeconds: number }[]
}

// Targets can come out of a record: a label must not grow with the data.
const MOST_TARGETS = 200

export interface WorkMetrics {
  countEvent(address: Address, status: number): void
  countAttempt(target: string, result: string, seconds: number): void
}

type Value = readonly [value: number, labels?: Record<string, string>]
const perWorkflow = ({ open }: WorkFigures, value: (rows: WorkFigures['open']) => number): Value[] =>
  [...Map.groupBy(open, ({ workflow }) => workflow)].map(([workflow, rows]) => [value(rows), { workflow }])

export function workMetrics(registry: Registry, read: () => Promise<WorkFigures>): WorkMetrics {
  const registers = [registry]
  const figures = oneReading(read)
  const gauge = (
    about: { name: string; help: string; labels?: string[] },
    values: (now: WorkFigures) => Value[],
  ) => {
    const { name, help, labels = [] } = about
    new Gauge({
      name: `signalbox_${name}`,
      help,
      labelNames: labels,
      registers,
      async collect() {
        const now = await figures()
        this.reset()
        for (const [value, label = {}] of values(now)) this.set(label, value)
      },
    })
  }
  gauge({ name: 'exceptions_open', help: 'Open exceptions', labels: ['workflow', 'reason'] }, ({ open }) =>
    open.map(({ workflow, reason, count }) => [count, { workflow, reason }]),
  )
  gauge(
    { name: 'exceptions_overdue', help: 'Open exceptions past their due time', labels: ['workflow'] },
    (now) => perWorkflow(now, (rows) => rows.reduce((sum, { overdue }) => sum + overdue, 0)),
  )
  gauge(
    { name: 'exception_oldest_seconds', help: 'Age of the oldest open exception', labels: ['workflow'] },
    (now) => perWorkflow(now, (rows) => Math.max(...rows.map(({ oldestSeconds }) => oldestSeconds))),
  )
  gauge(
    { name: 'cards_waiting', help: 'Cards that do not stand in Slack as they should yet' },
    ({ cards }) => [[cards.waiting]],
  )
  gauge({ name: 'card_oldest_seconds', help: 'Age of the oldest card that waits' }, ({ cards }) => [
    [cards.oldestSeconds],
  ])
  gauge(
    {
      name: 'workflow_last_success_timestamp_seconds',
      help: 'When a run of the workflow was last achieved; absent before the first',
      labels: ['workflow'],
    },
    ({ workflows }) =>
      workflows.flatMap(({ workflow, lastSuccessSeconds }) =>
        lastSuccessSeconds === null ? [] : [[lastSuccessSeconds, { workflow }] as const],
      ),
  )
  gauge(
    { name: 'workflow_paused', help: '1 while the workflow is paused', labels: ['workflow'] },
    ({ workflows }) => workflows.map(({ workflow, isPaused }) => [isPaused ? 1 : 0, { workflow }]),
  )
  gauge(
    { name: 'run_oldest_seconds', help: 'Age of the oldest run in flight, by stage', labels: ['stage'] },
    ({ lag }) => lag.map(({ stage, oldestSeconds }) => [oldestSeconds, { stage }]),
  )

  const events = new Counter({
    name: 'signalbox_hook_events_total',
    help: 'Webhook requests by workflow or source, and answer; an unknown one is "unknown"',
    labelNames: ['workflow', 'source', 'status'],
    registers,
  })
  const attempts = new Counter({
    name: 'signalbox_attempts_total',
    help: 'Tries of actions by target and result (done, failed, refused)',
    labelNames: ['target', 'result'],
    registers,
  })
  const attemptSeconds = new Histogram({
    name: 'signalbox_attempt_duration_seconds',
    help: 'From the call of an action to its answer, or to its end without one, by target',
    labelNames: ['target'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const targets = new Set<string>()
  return {
    countEvent({ kind, name }, status) {
      const known = { kind, name: status === 404 ? 'unknown' : name }
      events.inc({ ...labelOf(known), status: String(status) })
    },
    countAttempt(target, result, seconds) {
      if (targets.size < MOST_TARGETS) targets.add(target)
      const label = targets.has(target) ? target : 'other'
      attempts.inc({ target: label, result })
      attemptSeconds.observe({ target: label }, seconds)
    },
  }
}
