// LISTEN on a connection of its own, opened again when it broke. What is heard is a hint: whoever misses it finds what
// there is at its next look.
import type { Client } from 'pg'
import { within } from './pooling.ts'

export interface Listening {
  close(): Promise<void>
}

/** `ready` is called each time that listening begins: something may have been missed before. Resolves after the first try. */
export type Listen = (
  channel: string,
  heard: (payload: string) => void,
  ready: () => void,
) => Promise<Listening>

const AGAIN_MS = 2000
const CHECK_EVERY_MS = 30_000
const ANSWERS_WITHIN_MS = 5000
// A pooler may have moved us to another connection of its own, which listens to nothing.
const IS_LISTENING = 'SELECT count(*)::int AS channels FROM pg_listening_channels()'

async function check(connection: Client): Promise<void> {
  const { rows } = await connection.query<{ channels: number }>(within(ANSWERS_WITHIN_MS, IS_LISTENING))
  if (rows[0]?.channels === 0) throw new Error('it listens no more')
}

export const makeListen =
  (newClient: () => Client): Listen =>
  async (channel, heard, ready) => {
    let client: Client | undefined
    let timer: NodeJS.Timeout | undefined
    let isClosed = false

    function checkLater(connection: Client): void {
      timer = setTimeout(() => {
        check(connection).then(
          () => !isClosed && client === connection && checkLater(connection),
          () => connection.end().catch(() => {}),
        )
      }, CHECK_EVERY_MS).unref()
    }
    async function open(): Promise<void> {
      const connection = newClient()
      client = connection
      connection.on('notification', ({ payload = '' }) => heard(payload))
      connection.on('error', () => {})
      connection.once('end', () => {
        clearTimeout(timer)
        if (isClosed) return
        timer = setTimeout(() => {
          opening = open()
        }, AGAIN_MS).unref()
      })
      try {
        await connection.connect()
        await connection.query(`LISTEN ${connection.escapeIdentifier(channel)}`)
        ready()
        checkLater(connection)
      } catch {
        await connection.end().catch(() => {})
      }
    }

    let opening = open()
    await opening
    return {
      async close() {
        isClosed = true
        clearTimeout(timer)
        await opening
        clearTimeout(timer)
        await client?.end().catch(() => {})
      },
    }
  }
