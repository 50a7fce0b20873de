// /readyz says what is not ready, and Slack is none of its business.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBot } from '../bot.ts'

test('readiness names the migration that is missing, and says nothing of Slack', async (t) => {
  const bot = await startBot(t)
  const ask = async () => {
    const response = await fetch(`${bot.app.url}/readyz`)
    return { status: response.status, body: (await response.json()) as { checks?: object; detail?: string } }
  }
  const ready = await ask()
  assert.equal(ready.status, 200)
  assert.deepEqual(ready.body.checks, {
    database: 'ok',
    migrations: 'ok',
    workflows: 'ok',
    queue: 'ok',
  })

  const [last] = await bot.app.db.prisma.$queryRaw<{ name: string }[]>`
    UPDATE "_prisma_migrations" SET finished_at = NULL
    WHERE migration_name = (SELECT max(migration_name) FROM "_prisma_migrations") RETURNING migration_name AS name`
  const half = await ask()
  assert.deepEqual([half.status, half.body.detail], [503, `migrations: not applied: ${last?.name}`])
})
