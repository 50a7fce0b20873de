// Learns the shape of what arrives and notices when it changes. Deciding asks it about each batch: runs that need
// what is gone wait together under one exception (the format change). What is learned is a sample, kept in memory between
// writes: a crash loses a few seconds of it, and nothing else.
import type { Logger } from 'pino'
import type { Database } from '../../db/store/open.ts'
import type { RunToDecide } from '../../db/runs/runs-to-decide.ts'
import {
  addShape,
  type FormatChange,
  lockShape,
  openFormatChanges,
  readShape,
} from '../../db/workflows/shapes.ts'
import type { JsonValue } from '../../domain/values/json.ts'
import {
  type Deviation,
  deviations,
  emptyShape,
  type Expectation,
  expectations,
  learn,
  type Shape,
} from '../../domain/values/shape.ts'
import type { Catalog, ReadyVersion } from '../../workflow/catalog.ts'
import { inputOf } from '../decide/judge.ts'
import { recoverFormatChange, raiseFormatChange } from './format-change.ts'

export interface DriftDeps {
  db: Database
  catalog: Catalog
  log: Logger
  clock: () => Date
  cardsChanged: () => void
  /** Milliseconds that never go back. */
  monotonic?: () => number
}
export interface Arrived {
  run: RunToDecide
  version: ReadyVersion
}
/** Under which exception a run waits if it cannot do without `fields`. */
export interface Under {
  formatChange: string
  cardId: string
  fields: string[]
}
export interface Drift {
  /** By run id: those that arrived in another shape while that has an open exception. Never throws. */
  look(arrived: Arrived[]): Promise<Map<string, Under>>
  /** Writes what was learned and reads what others did. */
  flush(): Promise<void>
}

interface Source {
  workflow: string
  source: string
  shape: Shape
  learned: Shape
  formatChange: FormatChange | undefined
  readAt: number
  /** How often in a row each path deviated, and in which runs; how often in a row nothing did. */
  rows: Map<string, { deviation: Deviation; runs: string[]; times: number }>
  sound: number
}
interface Deviant {
  run: RunToDecide
  version: ReadyVersion
  found: Deviation[]
}

const FRESH_MS = 5000
const MOST_LEARNED_AT_ONCE = 10
const MOST_EXAMPLES = 3
const SOUND_AGAIN = 3
const ours = new Set(['replay', 'watchdog', 'schedule'])

export function makeDrift(deps: DriftDeps): Drift {
  const { db, log, monotonic = () => performance.now() } = deps
  const sources = new Map<string, Source>()

  async function refresh(one: Source): Promise<void> {
    const { learned } = one
    one.learned = emptyShape()
    one.readAt = monotonic()
    if (learned.events > 0)
      await db.transaction(async (tx) => {
        await lockShape(tx, one)
        const [formatChange] = await openFormatChanges(tx, one)
        // While a change is open, nothing is learned: afterwards everything is, from the beginning.
        if (!formatChange) await addShape(tx, one, learned)
      })
    one.shape = await readShape(db.prisma, one)
    one.formatChange = (await openFormatChanges(db.prisma, one))[0]
  }

  async function sourceOf({ workflow, source }: RunToDecide): Promise<Source> {
    const key = `${workflow}\n${source}`
    let one = sources.get(key)
    if (!one) {
      const fresh = {
        shape: emptyShape(),
        learned: emptyShape(),
        formatChange: undefined,
        rows: new Map(),
        sound: 0,
      }
      one = { workflow, source, ...fresh, readAt: Number.NEGATIVE_INFINITY }
      sources.set(key, one)
    }
    if (monotonic() - one.readAt > FRESH_MS) await refresh(one)
    return one
  }

  /** true: this event makes it a change. */
  function note(one: Source, { run, found }: Deviant, expected: Expectation[]): boolean {
    one.sound = found.length === 0 ? one.sound + 1 : 0
    const rows: Source['rows'] = new Map()
    for (const deviation of found) {
      const before = one.rows.get(deviation.path)
      const runs = [...(before?.runs ?? []), run.id].slice(0, MOST_EXAMPLES)
      rows.set(deviation.path, { deviation, runs, times: (before?.times ?? 0) + 1 })
    }
    one.rows = rows
    return expected.some(({ path, inARow }) => (rows.get(path)?.times ?? 0) >= inARow)
  }

  async function lookAt(arrived: Arrived[], under: Map<string, Under>): Promise<void> {
    const first = arrived[0] as Arrived
    const one = await sourceOf(first.run)
    const deviants: Deviant[] = []
    let changed: { deviant: Deviant; lost: Deviation[]; examples: string[] } | undefined
    let learned = 0
    const expectedBy = new Map<ReadyVersion, Expectation[]>()
    for (const { run, version } of arrived) {
      const read = version.compiled.eventPaths.map(({ path }) => path)
      const expected = expectedBy.get(version) ?? expectations(one.shape, read)
      expectedBy.set(version, expected)
      if (one.formatChange === undefined && expected.length === 0 && learned >= MOST_LEARNED_AT_ONCE) continue
      const body = inputOf(run).body as JsonValue
      const found = deviations(body, one.formatChange?.lost ?? expected)
      const deviant = { run, version, found }
      if (found.length > 0) deviants.push(deviant)
      const isChange = note(one, deviant, expected)
      if (isChange && !one.formatChange && !changed) {
        const rows = [...one.rows.values()]
        const examples = rows[0]?.runs ?? [run.id]
        changed = { deviant, lost: rows.map(({ deviation }) => deviation), examples }
      }
      if (one.formatChange || learned >= MOST_LEARNED_AT_ONCE) continue
      learn(one.learned, body)
      learned += 1
    }
    if (changed) {
      const { deviant, lost, examples } = changed
      one.formatChange = await raiseFormatChange(deps, deviant, { lost, examples, shape: one.shape })
      one.learned = emptyShape()
      one.shape = emptyShape()
    } else if (one.formatChange && deviants.length > 0)
      one.formatChange = (await openFormatChanges(db.prisma, one))[0]
    if (
      one.formatChange &&
      one.sound >= SOUND_AGAIN &&
      (await recoverFormatChange(deps, one.formatChange, 'its events are again as they were'))
    )
      one.formatChange = undefined
    const { formatChange } = one
    if (!formatChange) return
    const lost = new Set(formatChange.lost.map(({ path }) => path))
    for (const { run, version, found } of deviants) {
      const paths = found.map(({ path }) => path).filter((path) => lost.has(path))
      const fields = version.compiled.eventPaths.flatMap(({ path, field }) =>
        field !== null && paths.includes(path) ? [field] : [],
      )
      under.set(run.id, { formatChange: formatChange.id, cardId: formatChange.cardId, fields })
    }
  }

  return {
    async look(arrived) {
      const under = new Map<string, Under>()
      const fromOutside = arrived.filter(
        ({ run, version }) =>
          !ours.has(run.source) &&
          version.compiled.eventPaths.length > 0 &&
          Object.keys(run.corrections).length === 0,
      )
      const bySource = Map.groupBy(fromOutside, ({ run }) => `${run.workflow}\n${run.source}`)
      for (const some of bySource.values()) {
        try {
          await lookAt(some, under)
        } catch (error) {
          // A run is decided whether or not its shape could be looked at.
          log.warn(
            { err: error, workflow: some[0]?.run.workflow },
            'the shape of events could not be looked at',
          )
        }
      }
      return under
    },
    async flush() {
      for (const one of sources.values()) await refresh(one)
    },
  }
}
