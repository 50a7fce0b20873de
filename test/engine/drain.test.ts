// What a stop finishes and what it leaves: nothing in hand is lost, and the next start goes on.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { startBot } from '../bot.ts'
import { testDatabase } from '../database.ts'

const workflow = (port: number) => `
workflow: slow
owner: "@ops-lead"
trigger: { webhook: { verify: { scheme: none } } }
rules: [{ rule: all, when: 'true', route: call }]
routes:
  call: { actions: [{ action: call, http: { url: "http://127.0.0.1:${port}/", timeout: 30s } }], outcome: achieved }
`

test('a stop hands back within 10 s what a hanging target holds: the next start goes on at once', async (t) => {
  const called = Promise.withResolvers<void>()
  const keys: unknown[] = []
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'])
    called.resolve()
    if (keys.length > 1) response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const database = await testDatabase()
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  // Not gone with the first bot: the second one goes on from it.
  const kept = { ...database, remove: async () => {} }
  const cleaning: (() => Promise<void>)[] = []
  const env = { ALLOW_PRIVATE_TARGETS: '127.0.0.1' }
  const first = await startBot({ after: (clean) => void cleaning.push(clean) }, { env, database: kept })
  await first.publish({ slow: workflow((server.address() as AddressInfo).port) })
  const { body } = await first.send('slow', {})
  await called.promise
  const startedAt = performance.now()
  for (const clean of cleaning) await clean()
  assert.ok(performance.now() - startedAt < 10_000, 'a stop takes less than 10 s')
  const second = await startBot(t, { env, database })
  await second.untilIdle()
  const { outcome } = await second.app.db.prisma.run.findUniqueOrThrow({
    where: { id: body.run },
    include: { outcome: true },
  })
  assert.equal(outcome?.kind, 'achieved')
  assert.deepEqual(keys, [keys[0], keys[0]])
})

test('a stop waits for the call in hand and keeps its answer; nothing is called twice', async (t) => {
  let calls = 0
  const called = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    request.resume()
    calls += 1
    called.resolve()
    setTimeout(() => response.end('{}'), 1500)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cleaning: (() => Promise<void>)[] = []
  const bot = await startBot(
    { after: (clean) => void cleaning.push(clean) },
    { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } },
  )
  t.after(() => void server.close())
  await bot.publish({ slow: workflow(port) })
  const { body } = await bot.send('slow', {})
  await called.promise
  let answered: string | undefined
  const { prisma } = bot.app.db
  const close = bot.app.db.close
  // The last look before the database closes: what the stop left there.
  bot.app.db.close = async () => {
    answered = (await prisma.attempt.findFirst({ where: { runId: body.run } }))?.state
    await close()
  }
  const startedAt = performance.now()
  for (const clean of cleaning) await clean()
  assert.ok(performance.now() - startedAt < 10_000, 'a stop takes less than 10 s')
  assert.equal(answered, 'done')
  assert.equal(calls, 1)
})
