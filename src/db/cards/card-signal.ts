// "A card changed", from process to process on one PostgreSQL: so that a notifier of another process looks at once. A
// hint and no more: who misses it finds the card at the next look.
import type { Listen, Listening } from '../connection/listen.ts'
import type { Tx } from '../store/open.ts'

const CHANNEL = 'signalbox_cards'

export const sayCardsChanged = (tx: Tx) => tx.$executeRaw`SELECT pg_notify(${CHANNEL}, '')`

/** Calls `heard` for every signal, and whenever some may have been missed. */
export const hearCardsChanged = (listen: Listen, heard: () => void): Promise<Listening> =>
  listen(CHANNEL, heard, heard)
