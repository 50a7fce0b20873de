// "A card changed", from process to process on one PostgreSQL: so that a notifier of another process looks at once. A
// hint and no more: who misses it finds the card at the next look.
import type { Logger } from 'pino'
import { Client } from 'pg'
import type { Tx } from './open.ts'

const CHANNEL = 'signalbox_cards'
const AGAIN_MS = 5000

export const sayCardsChanged = (tx: Tx) => tx.$executeRaw`SELECT pg_notify(${CHANNEL}, '')`

export interface CardSignal {
  stop(): Promise<void>
}

/** Calls `heard` for every signal, on a connection of its own that is opened again when it broke. */
export function hearCardsChanged(connectionString: string, heard: () => void, log: Logger): CardSignal {
  let client: Client | undefined
  let again: NodeJS.Timeout | undefined
  let isStopped = false

  async function listen(): Promise<void> {
    const connection = new Client({ connectionString, application_name: 'signalbox-cards' })
    client = connection
    connection.on('notification', heard)
    connection.once('end', () => {
      if (!isStopped) again = setTimeout(() => void listen(), AGAIN_MS).unref()
    })
    connection.on('error', (error) => log.debug({ err: error }, 'card signals are not heard for a while'))
    try {
      await connection.connect()
      await connection.query(`LISTEN ${CHANNEL}`)
      // What changed while nobody listened.
      heard()
    } catch (error) {
      log.debug({ err: error }, 'card signals are not heard for a while')
      await connection.end().catch(() => {})
    }
  }

  const first = listen()
  return {
    async stop() {
      isStopped = true
      clearTimeout(again)
      await first
      await client?.end().catch(() => {})
    },
  }
}
