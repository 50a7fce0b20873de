// npm run bench:captures — captures a second and their times, beside a bare server that writes the same rows.
import { type Aim, atLeast, atMost } from './aims.ts'
import { load, type LoadResult } from './load.ts'
import { orders, sharedOrders, sharedSource } from './order-workflows.ts'
import { benchDatabase, measured, report } from './server.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5)
const CONNECTIONS = (process.env['BENCH_CONNECTIONS'] ?? '1,8,32,64').split(',').map(Number)
const stamp = Date.now().toString(36)
let round = 0

async function run(url: string, path: string, connections: number, seconds = SECONDS): Promise<LoadResult> {
  round += 1
  const prefix = `${stamp}-${round}`
  return load({
    url,
    path,
    connections,
    seconds,
    body: (n) => JSON.stringify({ order_id: `${prefix}-${n}`, status: 'delivered', amount: n % 500 }),
  })
}

const workflows = [orders(), ...sharedOrders]
const database = await benchDatabase('signalbox_bench_captures', workflows, sharedSource)
const env = { DATABASE_URL: database.url }
const rows: Record<string, unknown>[] = []
const aims: Aim[] = []
try {
  const own = await measured('own-bot.ts', ['web'], env)
  const shared = await measured('peer-capture.ts', [database.url, database.versionId])
  const single = await measured('peer-capture.ts', [database.url, database.versionId, '--single'])
  for (const peer of [own, shared, single]) await run(peer.url, '/hooks/orders', 8, 1)
  for (const connections of CONNECTIONS) {
    const ours = await run(own.url, '/hooks/orders', connections)
    const source = await run(own.url, '/in/shop', connections)
    const limit = await run(shared.url, '/hooks/orders', connections)
    const plain = await run(single.url, '/hooks/orders', connections)
    rows.push({
      connections,
      'ours /s': ours.perSecond,
      'source /s': source.perSecond,
      'shared /s': limit.perSecond,
      'single /s': plain.perSecond,
      'source ÷ ours': (source.perSecond / ours.perSecond).toFixed(2),
      'ours ÷ shared': (ours.perSecond / limit.perSecond).toFixed(2),
      'ours ÷ single': (ours.perSecond / plain.perSecond).toFixed(2),
      'ours p50 ms': ours.p50Ms.toFixed(1),
      'shared p50 ms': limit.p50Ms.toFixed(1),
      'ours p99 ms': ours.p99Ms.toFixed(1),
      'shared p99 ms': limit.p99Ms.toFixed(1),
    })
    if (connections === 1)
      aims.push(atLeast('1 connection, of one insert a request', ours.perSecond / plain.perSecond, 0.8))
    if (connections === 32)
      aims.push(
        atLeast('32 connections, of shared commits', ours.perSecond / limit.perSecond, 0.7),
        atLeast(
          '32 connections, a source of five workflows, of one hook',
          source.perSecond / ours.perSecond,
          0.6,
        ),
        atMost('32 connections, p99 of that of shared commits', ours.p99Ms / limit.p99Ms, 2),
      )
  }
  for (const peer of [own, shared, single]) await peer.stop()
} finally {
  await database.drop()
}
report('captures', { rows, aims, about: { seconds: SECONDS } })
