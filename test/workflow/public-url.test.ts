// `${public_url}` in a var: where the bot itself is reached, whatever its port.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkAll } from '../../src/workflow/file/load.ts'
import { startBot } from '../bot.ts'

const shop = `
workflow: shop
owner: '@ada'
trigger: { webhook: { verify: { scheme: none } } }
rules: [{ rule: all, when: 'true', route: tell }]
routes:
  tell: { actions: [{ action: tell, http: { method: POST, url: '\${vars.shop}/orders', json: {} } }], outcome: achieved }
`
const standards = (value: string) => `vars: { shop: '${value}' }\n`

describe('a var with ${public_url}', () => {
  test('leads an action to the bot itself on whatever port it runs', async (t) => {
    const bot = await startBot(t)
    await bot.publish({ shop }, standards('${public_url}/example-target'))
    const { body } = await bot.send('shop', {})
    await bot.untilIdle()
    const { prisma } = bot.app.db
    const attempts = await prisma.attempt.findMany({ where: { runId: body.run } })
    assert.deepEqual(
      attempts.map(({ state }) => state),
      ['done'],
    )
    const outcome = await prisma.outcome.findUnique({ where: { runId: body.run } })
    assert.equal(outcome?.kind, 'achieved')
  })

  test('may hold nothing else in ${…}', () => {
    const { problems } = checkAll([], standards('${event.host}/x'), 'signalbox.yaml')
    assert.deepEqual(
      problems.map(({ line, message }) => [line, message]),
      [[1, 'a var cannot hold ${event.host}']],
    )
  })
})
