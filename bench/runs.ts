// npm run bench:runs — whole runs a second, from captured event to outcome: one process of ours, two, and a
// hand-written worker beside them, one and two of it (what a second process can bring on this machine), each on the same
// backlog.
import { atLeast } from './aims.ts'
import { drain } from './drain.ts'
import { type BenchDatabase, measured, report } from './server.ts'

const own = (database: BenchDatabase) => measured('own-bot.ts', ['worker'], { DATABASE_URL: database.url })
const peerOn = (database: BenchDatabase) => measured('peer-worker.ts', [database.url, database.versionId])
const peer = await drain('hand-written', async (database) => [await peerOn(database)])
const twoPeers = await drain('two hand-written', async (database) =>
  Promise.all([peerOn(database), peerOn(database)]),
)
const one = await drain('one process', async (database) => [await own(database)])
const two = await drain('two processes', async (database) => Promise.all([own(database), own(database)]))
const rows = [peer, twoPeers, one, two].map((row) => ({
  ...row,
  '÷ hand-written': (row.perSecond / peer.perSecond).toFixed(2),
  '÷ one process': (row.perSecond / one.perSecond).toFixed(2),
}))
const aims = [
  atLeast('one process, of the hand-written worker', one.perSecond / peer.perSecond, 0.3),
  atLeast('one process, of the hand-written worker (next goal)', one.perSecond / peer.perSecond, 0.5),
  atLeast('two processes, of one', two.perSecond / one.perSecond, 1.1),
]
report('runs', { rows, aims, about: { runs: peer.runs } })
