// What a person writes: handles become mentions, and nothing else that looks like Slack's markup does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startLocalSlack } from '../../src/local-slack/server.ts'

test('a handle in a message is a mention of that person or group, typed markup is only text', async (t) => {
  const slack = await startLocalSlack()
  t.after(() => slack.stop())
  const { people, groups } = await slack.control.state()
  const grace = people.find((one) => one.handle === 'grace')?.id
  const finance = groups.find((one) => one.handle === 'finance')?.id
  const written = async (text: string) =>
    (await slack.control.message({ user: 'ada', channel: '#general', text })).message.text

  assert.equal(await written('@grace, please'), `<@${grace}>, please`)
  assert.equal(await written('(@finance) look'), `(<!subteam^${finance}|@finance>) look`)
  assert.equal(await written('ada@grace.example and @nobody'), 'ada@grace.example and @nobody')
  assert.equal(await written('<!channel> & <@U1>'), '&lt;!channel&gt; &amp; &lt;@U1&gt;')
})
