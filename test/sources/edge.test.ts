// Who may send to a source: the same proofs, challenges and refusals as at a hook.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { startBot } from '../bot.ts'
import { SECRET, sendTo, standards, taker } from './sources.ts'

const more = `
  meta: { preset: meta, secret: secret.HOOK, verify_token: secret.TOKEN }
  slack: { preset: slack-events, secret: secret.HOOK }
  unset: { verify: { scheme: hmac, header: X-Sig, secret: secret.UNSET } }
  open: { verify: { scheme: none } }
  allowed: { verify: { scheme: none }, allow_unsigned: true }
`

const challenge = (token: string) => `?hub.mode=subscribe&hub.challenge=1158&hub.verify_token=${token}`

test('a source answers challenges, and believes nobody without its secret', async (t) => {
  const bot = await startBot(t, { env: { HOOK: SECRET, TOKEN: 'verify-me' } })
  await bot.publish({ all: taker('all', 'source: shop') }, standards(more))
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${bot.app.url}${path}`, init)
    return { status: response.status, text: await response.text(), allow: response.headers.get('allow') }
  }
  assert.deepEqual(await ask(`/in/meta${challenge('verify-me')}`), { status: 200, text: '1158', allow: null })
  assert.equal((await ask(`/in/meta${challenge('wrong')}`)).status, 403)
  const time = String(Math.floor(Date.now() / 1000))
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c-1', token: 'x' })
  const mac = createHmac('sha256', SECRET).update(`v0:${time}:${body}`).digest('hex')
  const signed = {
    'content-type': 'application/json',
    'x-slack-signature': `v0=${mac}`,
    'x-slack-request-timestamp': time,
  }
  const answer = await ask('/in/slack', { method: 'POST', body, headers: signed })
  assert.deepEqual([answer.status, answer.text], [200, 'c-1'])
  const get = await ask('/in/shop')
  assert.deepEqual([get.status, get.allow], [405, 'POST'])
  assert.match(get.text, /Send events with POST \/in\/shop\./)

  const unset = await sendTo(bot, '/in/unset', { id: '1' })
  assert.equal(unset.status, 401)
  const [unread, large] = [
    await sendTo(bot, '/in/shop', 'not json'),
    await sendTo(bot, '/in/shop', JSON.stringify({ id: 'x'.repeat(1024 * 1024) })),
  ]
  assert.deepEqual([unread.status, large.status], [400, 413])
  assert.equal(await bot.app.db.prisma.delivery.count(), 0)
  const figures = await (await fetch(`${bot.app.url}/metrics`)).text()
  assert.match(figures, /signalbox_hook_events_total\{source="unset",status="401"\} 1/)
})

test('a source that anyone may send to is refused in production, and taken elsewhere', async (t) => {
  const files = {
    open: taker('open-ones', 'source: open'),
    allowed: taker('allowed-ones', 'source: allowed'),
  }
  const bot = await startBot(t, { env: { NODE_ENV: 'production', HOOK: SECRET } })
  await bot.publish(files, standards(more))
  const refused = await sendTo(bot, '/in/open', { id: '1' })
  assert.equal(refused.status, 401)
  assert.match(refused.body.detail ?? '', /This source takes unsigned events/)
  assert.equal((await sendTo(bot, '/in/allowed', { id: '1' })).status, 202)
  const elsewhere = await startBot(t, { env: { HOOK: SECRET } })
  await elsewhere.publish(files, standards(more))
  assert.equal((await sendTo(elsewhere, '/in/open', { id: '1' })).status, 202)
})

test('what a filter ignored starts nothing when it is sent again under other unsigned headers', async (t) => {
  const bot = await startBot(t, { env: { HOOK: SECRET } })
  const hook = `verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }`
  const when = `when: 'headers["x-kind"] == "pay"'`
  await bot.publish(
    {
      shared: taker('shared', `source: shop, ${when}`),
      hooked: taker('hooked', `webhook: { ${hook}, ${when} }`),
    },
    standards(),
  )
  for (const path of ['/in/shop', '/hooks/hooked']) {
    const first = await sendTo(bot, path, { id: 'r1' }, { 'x-kind': 'look' })
    assert.deepEqual([first.status, first.body.runs], [202, []])
    const again = await sendTo(bot, path, { id: 'r1' }, { 'x-kind': 'pay' })
    assert.deepEqual([again.status, again.body.runs], [200, []])
  }
  assert.equal(await bot.app.db.prisma.run.count(), 0)
})
