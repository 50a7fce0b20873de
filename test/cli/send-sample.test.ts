// `signalbox send --sample`: the sample of a preset, signed as its sender signs, through the real route.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBot } from '../bot.ts'
import { signalbox } from './command.ts'

const flow = (workflow: string, webhook: string) => `
workflow: ${workflow}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: ${webhook} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`

test('a sample of a preset is signed and taken, alone, as a batch and where the sender wants another answer', async (t) => {
  const HOOK = 'a secret nobody guesses'
  const bot = await startBot(t, { env: { HOOK } })
  await bot.publish({
    one: flow('one', '{ preset: stripe, secret: secret.HOOK }'),
    several: flow('several', '{ preset: hubspot, secret: secret.HOOK }'),
    zoom: flow('zoom', '{ preset: zoom, secret: secret.HOOK }'),
    public: flow('public', '{ preset: sendgrid, secret: secret.HOOK }'),
    plain: flow('plain', '{ verify: { scheme: bearer, secret: secret.HOOK } }'),
  })
  const send = (workflow: string) =>
    signalbox({ ...bot.env, HOOK, PUBLIC_URL: bot.app.url ?? '' }, 'send', workflow, '--sample')
  assert.match((await send('one')).stdout, /Accepted: event evt_/)
  assert.match((await send('several')).stdout, /Accepted: 2 of 2 events are new/)
  assert.match((await send('zoom')).stdout, /Accepted: answered 200, as this sender expects/)
  const cannot = await send('public')
  assert.deepEqual([cannot.code, /a key that only the sender has/.test(cannot.stderr)], [1, true])
  assert.match((await send('plain')).stderr, /has no preset, so there is no sample/)
  assert.equal(await bot.app.db.prisma.event.count(), 4)
})
