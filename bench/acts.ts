// npm run bench:acts — whole runs a second, each with one HTTP action to a target that answers at once: one process of ours,
// two, and a hand-written worker with the same rows beside them, in turns, each on the same backlog.
import { atLeast, atMost } from './aims.ts'
import { actingOrders, type Drained, drain } from './drain.ts'
import { type BenchDatabase, measured, report } from './server.ts'

const TURNS = Number(process.env['BENCH_TURNS'] ?? 2)

const target = await measured('target.ts', [])
const workflows = [actingOrders(target.url)]
const own = (database: BenchDatabase) =>
  measured('own-bot.ts', ['worker'], {
    DATABASE_URL: database.url,
    ALLOW_PRIVATE_TARGETS: new URL(target.url).hostname,
  })
const peerOn = (database: BenchDatabase) =>
  measured('peer-acts.ts', [database.url, database.versionId, target.url])

const sides: Record<string, (database: BenchDatabase) => Promise<{ stop(): Promise<void> }[]>> = {
  'hand-written': async (database) => [await peerOn(database)],
  'one process': async (database) => [await own(database)],
  'two processes': async (database) => Promise.all([own(database), own(database)]),
}
const turns: Drained[] = []
for (let turn = 0; turn < TURNS; turn += 1)
  for (const [name, start] of Object.entries(sides)) turns.push(await drain(name, start, workflows))
await target.stop()

const of = (name: string) => turns.filter((turn) => turn.name === name)
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const speed = (name: string) => mean(of(name).map(({ perSecond }) => perSecond))
const rows = Object.keys(sides).map((name) => ({
  name,
  'runs /s': Math.round(speed(name)),
  each: of(name)
    .map(({ perSecond }) => perSecond)
    .join(', '),
  'commits a run': mean(of(name).map(({ commitsPerRun }) => commitsPerRun)).toFixed(3),
  '÷ hand-written': (speed(name) / speed('hand-written')).toFixed(2),
}))
const aims = [
  atLeast('one process, of the hand-written worker', speed('one process') / speed('hand-written'), 0.5),
  atLeast('two processes, of one', speed('two processes') / speed('one process'), 1.2),
  atMost(
    'commits a run, one process',
    mean(of('one process').map(({ commitsPerRun }) => commitsPerRun)),
    0.2,
    '',
  ),
]
report('acts', { rows, aims, about: { turns: TURNS, runs: turns[0]?.runs } })
