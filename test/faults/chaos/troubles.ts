// What goes wrong, one trouble after the other in an order by chance: each begins, lasts a while and is over.
import { setTimeout as pause } from 'node:timers/promises'
import { pick, type Random } from '../../random.ts'
import type { World } from './world.ts'

interface Trouble {
  name: string
  /** Resolves when it is over. */
  happen(world: World, lastsMs: number, random: Random): Promise<void>
}

const LASTS_MS = { least: 2000, most: 12_000 }
const BETWEEN_MS = { least: 2000, most: 7000 }

const target = (name: string, mood: World['target']['mood']): Trouble => ({
  name,
  async happen(world, lastsMs) {
    world.target.mood = mood
    await pause(lastsMs)
    world.target.mood = 'well'
  },
})

const slack = (name: string, fault: Parameters<World['control']['fault']>[0]): Trouble => ({
  name,
  async happen({ control }, lastsMs) {
    await control.fault(fault)
    await pause(lastsMs)
    await control['clear-faults']({})
  },
})

const replica = (name: string, signal: 'SIGKILL' | 'SIGTERM'): Trouble => ({
  name,
  async happen({ replicas }, lastsMs, random) {
    await pick(random, replicas).end(signal, lastsMs)
    await pause(lastsMs)
  },
})

export const troubles: Trouble[] = [
  replica('kill -9 of a replica', 'SIGKILL'),
  replica('SIGTERM to a replica', 'SIGTERM'),
  {
    name: 'database stopped at once',
    async happen({ cluster }, lastsMs) {
      await cluster.crash()
      await pause(lastsMs)
      await cluster.restart()
    },
  },
  {
    name: 'database restarted under a killed replica',
    async happen({ cluster, replicas }, lastsMs, random) {
      await Promise.all([cluster.crash(), pick(random, replicas).end('SIGKILL', lastsMs / 2)])
      await pause(lastsMs)
      await cluster.restart()
    },
  },
  target('target down', 'down'),
  target('target slow', 'slow'),
  target('target answers 500', 'failing'),
  target('target does it and does not answer', 'unanswered'),
  slack('Slack away', { kind: 'outage' }),
  slack('Slack asks to wait (429)', { kind: 'rate_limited', ms: 3000 }),
  slack('Slack posts and answers 500', {
    kind: 'server_error_after_success',
    method: 'chat.postMessage',
    count: 5,
  }),
  slack('Slack delivers twice', { kind: 'duplicate_delivery' }),
  slack('Slack drops sockets', { kind: 'drop_sockets', count: 2 }),
]

const between = ({ least, most }: { least: number; most: number }, random: Random): number =>
  Math.round(least + random() * (most - least))

/** Troubles until `stopping`; the one under way is over when this resolves. Each of them comes once before one comes again. */
export async function makeTrouble(
  world: World,
  { random, stopping, begins }: { random: Random; stopping: AbortSignal; begins: (name: string) => void },
): Promise<Map<string, number>> {
  const happened = new Map<string, number>()
  let left: Trouble[] = []
  while (!stopping.aborted) {
    await pause(between(BETWEEN_MS, random))
    if (stopping.aborted) break
    if (left.length === 0) left = [...troubles]
    const trouble = pick(random, left)
    left = left.filter((one) => one !== trouble)
    begins(trouble.name)
    happened.set(trouble.name, (happened.get(trouble.name) ?? 0) + 1)
    await trouble.happen(world, between(LASTS_MS, random), random)
    begins('')
  }
  return happened
}
