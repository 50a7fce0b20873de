// Secrets that are blank or end in a newline, and bodies that are compressed. A blank secret is none: it would let in whoever
// proves themselves with nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
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

test('a secret that was read from a file with a newline at its end is the secret', async (t) => {
  const bot = await startBot(t, { env: { HOOK_TOKEN: 'sesame\n' } })
  await bot.publish({ orders: flow })
  const { status } = await bot.send('orders', {}, { authorization: 'Bearer sesame' })
  assert.equal(status, 202)
})

test('a body that is compressed, and whose headers do not say so, is refused in words that do', async (t) => {
  const bot = await startBot(t, { env: { HOOK_TOKEN: 'sesame' } })
  await bot.publish({ orders: flow })
  const send = async (more: Record<string, string>) => {
    const response = await fetch(`${bot.app.url}/hooks/orders`, {
      method: 'POST',
      body: gzipSync('{"order":"S-1"}'),
      headers: { 'content-type': 'application/json', authorization: 'Bearer sesame', ...more },
    })
    const { detail } = (await response.json()) as { detail: string }
    return [response.status, response.headers.get('accept-encoding'), detail]
  }
  assert.deepEqual(await send({ 'content-encoding': 'zstd' }), [
    415,
    'gzip, deflate, br',
    'Content-Encoding: zstd is not known here. Send gzip, deflate or br, or send the body uncompressed.',
  ])
  assert.deepEqual(await send({}), [
    400,
    null,
    'The body is gzip, and no header says so. Send Content-Encoding: gzip with it, or send it uncompressed.',
  ])
  assert.equal(await bot.app.db.prisma.event.count(), 0)
})
