// The notifier: takes cards on which Slack and the database do not agree and makes them agree. Any number of replicas
// may run one. Woken when a card changed, in this process or in another; and it looks by itself every so often.
import type { Logger } from 'pino'
import { claimDueCards, type DueCard, isAnyCardWanted } from '../../db/cards/cards.ts'
import { foldStorms } from '../../db/exceptions/fold-storms.ts'
import { makeCircuit } from '../api/circuit.ts'
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
  /** Called after each look that the database answered. */
  looked?: () => void
  traced?: TraceCard | undefined
}

const LEASE_MS = 60_000
/** Between two looks for what is due: where other processes tell of what they changed, and where they cannot. */
const TOLD_EVERY_MS = 10_000
const UNTOLD_EVERY_MS = 1000
/** Most of them wait for their channel's pace. */
const MOST_IN_HAND = 16

/** How `claimDueCards` knows a card's channel. */
const channelOf = ({ postedChannel, channel }: DueCard): string => postedChannel ?? channel

export function makeNotifier(deps: NotifierDeps): Notifier {
  const { db, log, clock, pacer } = deps
  const everyMs = db.listen ? TOLD_EVERY_MS : UNTOLD_EVERY_MS
  const state: { isWoken: boolean; isStopping: boolean; working?: Promise<void> | undefined } = {
    isWoken: false,
    isStopping: false,
  }
  const inHand = new Map<DueCard, Promise<void>>()
  const circuit = makeCircuit(clock)
  let woken = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined

  const { traced } = deps
  const post = traced
    ? (card: DueCard) => traced(card, () => postCard(deps, card))
    : (card: DueCard) => postCard(deps, card)

  const takeInHand = async (card: DueCard): Promise<void> => {
    try {
      if ((await post(card)) === 'away') circuit.fails()
      else circuit.works()
    } catch (error) {
      log.error({ err: error, card: card.id }, 'card not posted')
    } finally {
      inHand.delete(card)
    }
  }

  /** Begins with one card of each of some channels; the number that was taken up. */
  const turn = async (): Promise<number> => {
    const held = [...inHand.keys()]
    const cards = await claimDueCards(db.prisma, {
      at: clock(),
      leaseMs: LEASE_MS,
      limit: circuit.room(MOST_IN_HAND, held.length),
      resting: [...pacer.resting(), ...held.map(channelOf)],
      inHand: held.map(({ id }) => id),
    })
    const folded = await foldStorms(db, { at: clock(), mine: cards.map(({ id }) => id) })
    deps.looked?.()
    for (const card of cards.filter(({ id }) => !folded.has(id))) {
      inHand.set(card, takeInHand(card))
    }
    return cards.length
  }

  /** Until nothing is due. What waits for its channel's pace holds up no other channel. */
  const work = async () => {
    try {
      while (!state.isStopping) {
        state.isWoken = false
        woken = Promise.withResolvers()
        const before = inHand.size
        const taken = before < MOST_IN_HAND ? await turn() : 0
        // What was done during the look has freed its channel, which the look passed over.
        if (taken > 0 || state.isWoken || inHand.size < before) continue
        if (inHand.size === 0) return
        await Promise.race([...inHand.values(), woken.promise])
      }
    } finally {
      await Promise.all(inHand.values())
    }
  }

  /** One worker at a time; a database that is away is tried again at the next look. */
  const run = (): Promise<void> => {
    state.working ??= work()
      .catch((error: unknown) => log.warn({ err: error }, 'notifier could not look for cards'))
      .finally(() => {
        state.working = undefined
      })
    return state.working
  }

  const wake = () => {
    state.isWoken = true
    woken.resolve()
    if (!state.isStopping) void run()
  }

  /** A retry is due in seconds: while something waits for one, that is how often it is looked for. */
  async function look(): Promise<void> {
    const isWaiting = await isAnyCardWanted(db.prisma).catch(() => true)
    if (state.isStopping) return
    if (isWaiting) wake()
    else deps.looked?.()
    lookIn(isWaiting ? UNTOLD_EVERY_MS : everyMs)
  }

  function lookIn(ms: number): void {
    timer = setTimeout(() => void look(), ms)
  }

  return {
    wake,
    async drain() {
      // The first wait may be for a look that began before the change; the second begins after it.
      await run()
      await run()
    },
    start() {
      lookIn(everyMs)
    },
    async stop() {
      state.isStopping = true
      woken.resolve()
      clearTimeout(timer)
      await state.working
    },
  }
}
