// The notifier: takes cards on which Slack and the database do not agree and makes them agree. Any number of replicas
// may run one. Woken in-process when a card changed; otherwise it looks each second for what others changed.
import type { Logger } from 'pino'
import { claimDueCards, type DueCard } from '../db/cards.ts'
import { foldStorms } from '../db/storms.ts'
import { type CardPosted, postCard, type PostDeps } from './post-card.ts'

export interface Notifier {
  /** Something changed: look now. */
  wake(): void
  /** Resolves when no card is due any more (what waits for a later try is not waited for). */
  drain(): Promise<void>
  start(): void
  /** Ends after the posts that are under way. */
  stop(): Promise<void>
}

export type TraceCard = (card: DueCard, post: () => Promise<CardPosted>) => Promise<CardPosted>

export interface NotifierDeps extends PostDeps {
  log: Logger
  pollMs?: number
  /** Called after each look that the database answered. */
  looked?: () => void
  traced?: TraceCard | undefined
}

const LEASE_MS = 60_000
const MOST_AT_ONCE = 8

export function makeNotifier(deps: NotifierDeps): Notifier {
  const { db, log, clock, pacer, pollMs = 1000 } = deps
  const state: { isWoken: boolean; isStopping: boolean; working?: Promise<void> | undefined } = {
    isWoken: false,
    isStopping: false,
  }
  let timer: NodeJS.Timeout | undefined

  const { traced } = deps
  const post = traced
    ? (card: DueCard) => traced(card, () => postCard(deps, card))
    : (card: DueCard) => postCard(deps, card)

  /** One card of each of some channels; the number that was taken up. */
  const turn = async (): Promise<number> => {
    const cards = await claimDueCards(db.prisma, {
      at: clock(),
      leaseMs: LEASE_MS,
      limit: MOST_AT_ONCE,
      resting: pacer.resting(),
    })
    const folded = await foldStorms(db, { at: clock(), mine: cards.map(({ id }) => id) })
    const left = cards.filter(({ id }) => !folded.has(id))
    const results = await Promise.allSettled(left.map(post))
    for (const [at, result] of results.entries()) {
      if (result.status === 'rejected')
        log.error({ err: result.reason, card: left[at]?.id }, 'card not posted')
    }
    return cards.length
  }

  const work = async () => {
    while (!state.isStopping) {
      state.isWoken = false
      const taken = await turn()
      if (taken === 0 && !state.isWoken) return
    }
  }

  /** One worker at a time; a database that is away is tried again at the next look. */
  const run = (): Promise<void> => {
    state.working ??= work()
      .then(() => deps.looked?.())
      .catch((error: unknown) => log.warn({ err: error }, 'notifier could not look for cards'))
      .finally(() => {
        state.working = undefined
      })
    return state.working
  }

  return {
    wake() {
      state.isWoken = true
      if (!state.isStopping) void run()
    },
    async drain() {
      // The first wait may be for a look that began before the change; the second begins after it.
      await run()
      await run()
    },
    start() {
      timer = setInterval(() => void run(), pollMs)
    },
    async stop() {
      state.isStopping = true
      clearInterval(timer)
      await state.working
    },
  }
}
