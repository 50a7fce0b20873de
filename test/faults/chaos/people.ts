// Two people who resolve exceptions in Slack as fast as people do, sometimes both the same one at the same moment.
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../../src/db/store/open.ts'
import type { Control } from '../../../src/local-slack/control-client.ts'
import { pick, type Random } from '../../random.ts'

export const PEOPLE = ['@ada', '@grace']
const LOOK_MS = 500
const MODAL_WITHIN_MS = 3000
const SAME_AT_ONCE = 0.3

interface Waiting {
  id: string
  reason: string
  channel: string
  ts: string
  isOfMany: boolean
}

export interface People {
  /** Buttons pressed, and how often two pressed for one exception. */
  presses(): number
  together(): number
  /** Of the presses: how many came to nothing, by why. */
  failed(): string
  stop(): Promise<void>
}

/** As many as the list of a card for several shows first. */
const readWaiting = (db: Database): Promise<Waiting[]> => db.prisma.$queryRaw<Waiting[]>`
  SELECT e.id, e.reason, COALESCE(s.ts, c.ts) AS ts, COALESCE(s.posted_channel, c.posted_channel) AS channel,
    s.id IS NOT NULL AS "isOfMany"
  FROM exception e JOIN card c ON c.kind = 'exception' AND c.subject_id = e.id LEFT JOIN card s ON s.id = c.folded_into
  WHERE e.state = 'open' AND COALESCE(s.ts, c.ts) IS NOT NULL ORDER BY e.opened_at DESC LIMIT 15`

export function startPeople(db: Database, control: Control, random: Random): People {
  const stopping = new AbortController()
  let presses = 0
  let together = 0
  const failed = new Map<string, number>()

  /** A window opens empty and is filled afterwards: this waits for what is to be pressed or filled in. */
  const modal = async (user: string, title: string, has: string) => {
    for (const until = Date.now() + MODAL_WITHIN_MS; Date.now() < until; await pause(100)) {
      const view = (await control.views(user)).views.at(-1)
      if (view?.title === title && JSON.stringify(view.blocks).includes(`"${has}"`)) return view
    }
    return undefined
  }

  const press = async (user: string, { id, channel, ts, isOfMany }: Waiting, actionId: string) => {
    presses += 1
    const container = { channel, ts }
    try {
      if (isOfMany) {
        await control.press({ user, container, actionId: 'storm_list' })
        const list = await modal(user, 'The list', `line:${id}`)
        if (!list) return
        await control.press({
          user,
          container: { viewId: list.id },
          blockId: `line:${id}`,
          actionId,
          confirmed: true,
        })
      } else await control.press({ user, container, actionId, confirmed: true })
      const title = { decline: 'Decline', dismiss: 'Dismiss', done: 'Mark done' }[actionId]
      if (title !== undefined && (await modal(user, title, 'reason')))
        await control.submit({ user, values: { reason: { text: 'a test order' } } })
    } catch (error) {
      // The bot is away, or the card changed under the finger: people try another one.
      const [, why = 'no answer'] = /^\w+: (\w+):/.exec(error instanceof Error ? error.message : '') ?? []
      failed.set(why, (failed.get(why) ?? 0) + 1)
    } finally {
      await control.close({ user, all: true }).catch(() => {})
    }
  }

  const wayFor = ({ reason }: Waiting): string => {
    if (reason === 'approval_required') return random() < 0.75 ? 'approve' : 'decline'
    if (reason === 'action_failed' || reason === 'action_refused')
      return random() < 0.85 ? 'retry' : 'dismiss'
    return random() < 0.5 ? 'done' : 'dismiss'
  }

  const working = (async () => {
    while (!stopping.signal.aborted) {
      await pause(LOOK_MS)
      const waiting = await readWaiting(db).catch(() => [])
      if (waiting.length === 0) continue
      const first = pick(random, waiting)
      const isTogether = random() < SAME_AT_ONCE
      const second = isTogether ? first : pick(random, waiting)
      if (second.id === first.id) together += 1
      const [ada = '', grace = ''] = PEOPLE
      await Promise.all([press(ada, first, wayFor(first)), press(grace, second, wayFor(second))])
    }
  })()

  return {
    presses: () => presses,
    together: () => together,
    failed: () => [...failed].map(([why, n]) => `${n} ${why}`).join(', ') || 'none',
    async stop() {
      stopping.abort()
      await working
    },
  }
}
