// App Home when Slack asks to wait: the newest stands after Retry-After, and nobody is asked for before.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startEdge, type TestEdge } from './edge.ts'
import { until } from '../until.ts'

describe('App Home when views.publish meets 429', () => {
  let it: TestEdge
  let ada: string
  before(async () => {
    it = await startEdge()
    ada = (await it.slack.control.state()).people.find(({ handle }) => handle === 'ada')?.id ?? ''
  })
  beforeEach(() => it.slack.control['clear-faults']({}))
  after(() => it.close())

  const published = async () => it.slack.control.calls('views.publish')
  const home = (user: string, part: RegExp) =>
    until(`a home with ${part}`, async () => {
      const view = (await it.slack.control.views(user)).home
      return view !== null && part.test(JSON.stringify(view.blocks))
    })
  const limit = (ms: number) =>
    it.slack.control.fault({ kind: 'rate_limited', method: 'views.publish', count: 1, ms })

  test('it is published after Retry-After with what is true then, once for all who asked meanwhile', async () => {
    const earlier = (await published()).length
    await limit(2000)
    await it.slack.control.home({ user: '@ada' })
    await until('the refusal', async () => (await published()).length > earlier)
    await it.open({ subject: 'L-1', ownerId: ada })
    for (let times = 0; times < 5; times += 1) await it.slack.control.home({ user: '@ada' })
    await it.slack.control.home({ user: '@grace' })
    await home('@ada', /Assigned to you.*L-1/)
    await home('@grace', /Assigned to you/)
    const calls = (await published()).slice(earlier)
    assert.deepEqual(
      calls.map(({ status }) => status),
      [429, 200, 200],
    )
    const [first, second] = calls
    assert.ok(Number(second?.atMs) - Number(first?.atMs) >= 1900)
  })

  test('it waits again when Slack asks again', async () => {
    const earlier = (await published()).length
    await limit(1000)
    await limit(1000)
    await it.open({ subject: 'L-2', ownerId: ada })
    await it.slack.control.home({ user: '@ada' })
    await home('@ada', /Assigned to you.*L-2/)
    const statuses = (await published()).slice(earlier).map(({ status }) => status)
    assert.deepEqual(statuses, [429, 429, 200])
  })

  test('a stop does not wait for it', async () => {
    await limit(60_000)
    const earlier = (await published()).length
    await it.slack.control.home({ user: '@ada' })
    await until('the refusal', async () => (await published()).length > earlier)
    await pause(50)
    const begun = performance.now()
    await it.restartEdge()
    assert.ok(performance.now() - begun < 10_000)
  })
})
