// The notifier looks again when a look passed over a channel that is free meanwhile.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import type { Database } from '../../src/db/store/open.ts'
import { makeChannels } from '../../src/slack/api/channels.ts'
import { makeClients } from '../../src/slack/api/clients.ts'
import { makeNewBlocks } from '../../src/slack/notify/new-blocks.ts'
import { makeNotifier } from '../../src/slack/notify/notifier.ts'
import { makePacer } from '../../src/slack/api/pacer.ts'
import { CHANNEL, startEdge, type TestEdge } from './edge.ts'

const clock = () => new Date()

let it: TestEdge
before(async () => {
  it = await startEdge()
})
after(() => it.close())

/** The same database, of which the answer to each look for cards after the first is held back until `until` resolves. */
function slowToLook(db: Database, until: () => Promise<void>): Database {
  let looks = 0
  const prisma = new Proxy(db.prisma, {
    get(target, name) {
      if (name !== '$queryRaw') return Reflect.get(target, name)
      return async (...asked: Parameters<typeof target.$queryRaw>) => {
        const rows = await target.$queryRaw(...asked)
        if (JSON.stringify(asked[0]).includes('UPDATE \\"card\\" SET \\"lease_until') && (looks += 1) > 1)
          await until()
        return rows
      }
    },
  })
  return { ...db, prisma }
}

test('what waits in a channel is posted also when the card before it is done during the look', async () => {
  await it.edge.stop()
  const { botToken, signingSecret, apiUrl } = it.slack.credentials
  const log = pino({ level: 'silent' })
  const { posting } = makeClients({ botToken, signingSecret, apiUrl }, log)
  let isDone = Promise.resolve()
  const notifier = makeNotifier({
    db: slowToLook(it.db, () => isDone),
    client: posting,
    channels: makeChannels({ db: it.db, client: posting, clock }),
    pacer: makePacer(5),
    newBlocks: makeNewBlocks(),
    clock,
    random: Math.random,
    log,
    traced: async (_card, post) => {
      const done = Promise.withResolvers<void>()
      isDone = done.promise
      try {
        return await post()
      } finally {
        // After the card has left the notifier's hands.
        setTimeout(done.resolve, 20)
      }
    },
  })
  for (const subject of ['L-1', 'L-2', 'L-3']) await it.open({ subject })
  notifier.wake()
  await notifier.drain()
  await notifier.stop()
  const { messages } = await it.slack.control.messages({ channel: CHANNEL })
  assert.equal(messages.filter(({ blocks }) => /Refund review L-/.test(JSON.stringify(blocks))).length, 3)
})
