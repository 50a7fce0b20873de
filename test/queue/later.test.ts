// A job that waits for its time starts then, not when a worker happens to look.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLog } from '../../src/log.ts'
import { openQueue } from '../../src/queue/queue.ts'
import { openTestDatabase } from '../database.ts'

test('a job to start in half a second does not wait for the next look, five seconds later', async (t) => {
  const { database: db, close } = await openTestDatabase()
  const queue = await openQueue({ db, log: makeLog('silent'), works: true })
  t.after(async () => {
    await queue.stop(5000)
    await close()
  })
  const taken = Promise.withResolvers<number>()
  await queue.work('act', { batchSize: 1, concurrency: 2 }, async () => taken.resolve(performance.now()))
  const writtenAt = performance.now()
  await db.prisma.$transaction((tx) => queue.enqueue(tx, 'act', [{ data: { runId: 'later' }, afterMs: 500 }]))
  const waited = (await taken.promise) - writtenAt
  assert.ok(waited >= 500 && waited < 3500, `it waited ${Math.round(waited)} ms`)
})
