// A secret whose variable is there and blank is no secret: it would let in whoever proves themselves with nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBot } from '../bot.ts'

const flow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: bearer, secret: secret.HOOK_TOKEN } } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`

test('a webhook whose secret is set to nothing lets nobody in', async (t) => {
  const bot = await startBot(t, { env: { HOOK_TOKEN: '' } })
  await bot.publish({ orders: flow })
  for (const headers of [undefined, { authorization: 'Bearer ' }]) {
    const { status, body } = await bot.send('orders', {}, headers)
    assert.deepEqual([status, body.detail], [401, 'Scheme bearer: no secret is set for this workflow.'])
  }
  assert.equal(await bot.app.db.prisma.event.count(), 0)
})
