// Every run is somebody's from its decision on, whether or not anything stops it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { findRuns } from '../../src/db/runs/find-runs.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { reassign } from '../../src/pipeline/exception/reassign.ts'
import { explainSections } from '../../src/cli/text/run-text.ts'
import { timesFor } from '../../src/cli/text/times.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget, type Target } from '../target.ts'

const flow = (name: string, owner: string, routes: string, more = '') => `
workflow: ${name}
title: ${name}
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string }${more} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { owner: '${owner}', ${routes} } }
`
const tell = (url: string) =>
  `actions: [{ action: tell, http: { url: "${url}/\${record.order}", json: { by: "\${owner.name}", id: "\${owner.id}" } } },
    { action: say, slack: { channel: "#ops-exceptions", text: "\${owner.mention} has \${record.order}" } }], outcome: achieved`

describe('the owner of a run', () => {
  let bot: Bot
  let target: Target
  let ids: Record<string, string>
  const stop: (() => Promise<void>)[] = []
  before(async () => {
    const cleaning = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
    target = await startTarget(cleaning)
    bot = await startBot(cleaning)
    const turns = 'round_robin("@grace", "@alan", "@joan")'
    await bot.publish({
      a: flow('in-turn', turns, tell(target.url)),
      b: flow('reviewed', turns, `review: { by: ["@katherine"] }, ${tell(target.url)}`),
      c: flow(
        'asks',
        turns,
        'exception: { reason: needs_judgement, text: "For ${owner.name}" }',
        ', n: { type: integer }',
      ),
    })
    const { people } = await bot.control.state()
    ids = Object.fromEntries(people.map(({ handle, id }) => [handle, id]))
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  const run = (subject: string) =>
    bot.app.db.prisma.run.findFirstOrThrow({
      where: { subject },
      include: { decisions: { orderBy: { decidedAt: 'asc' } }, exceptions: true },
    })
  const handleOf = (id: string | null) => Object.entries(ids).find(([, one]) => one === id)?.[0]

  test('takes turns though nothing stops them, and the actions say who it is', async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) await bot.send('in-turn', { order: `T-${n}` })
    await bot.untilIdle()
    const runs = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => run(`T-${n}`)))
    assert.deepEqual(
      runs.map(({ ownerId }) => handleOf(ownerId)).toSorted((a = '', b = '') => a.localeCompare(b)),
      ['alan', 'alan', 'grace', 'grace', 'joan', 'joan'],
    )
    const names: Record<string, string> = { grace: 'Grace Hopper', alan: 'Alan Turing', joan: 'Joan Clarke' }
    for (const { subject, ownerId, state, decisions } of runs) {
      assert.equal(state, 'ended')
      assert.equal(decisions[0]?.ownerId, ownerId)
      const told = target.requests.find(({ path }) => path === `/${subject}`)
      assert.deepEqual(told?.body, { by: names[handleOf(ownerId) ?? ''], id: ownerId })
    }
    const { messages } = await bot.control.messages({ channel: '#ops-exceptions' })
    const first = runs[0]
    assert.ok(messages.some(({ text }) => text === `<@${first?.ownerId}> has T-1`))
  })

  test('is said by status, lists and explain once the run is over', async () => {
    const { id, ownerId } = await run('T-1')
    const label = `@${handleOf(ownerId)}`
    const view = await readRun(bot.app.db.prisma, id)
    assert.equal(view?.status.owner.label, label)
    assert.ok(view && JSON.stringify(explainSections(view, timesFor())).includes(`route go, owner ${label}`))
    assert.deepEqual(
      (await findRuns(bot.app.db.prisma, { subject: 'T-1' })).map(({ owner }) => owner),
      [label],
    )
  })

  test('is whom the approval shows, and stands in what is approved', async () => {
    await bot.send('reviewed', { order: 'R-1' })
    await bot.untilIdle()
    const { ownerId, exceptions } = await run('R-1')
    const [asked] = exceptions
    assert.equal(asked?.ownerId, ownerId)
    assert.ok(ownerId && JSON.stringify(asked?.data).includes(ownerId))
  })

  test('keeps the run when it is decided again, also after it was handed over', async () => {
    await bot.send('asks', { order: 'K-1', n: 'many' })
    await bot.untilIdle()
    const stopped = await run('K-1')
    // No rule has decided: it is the workflow's owner's.
    assert.equal(handleOf(stopped.ownerId), 'ada')
    const exceptionId = stopped.exceptions[0]?.id ?? ''
    const actor = { id: ids['ada'] ?? '', surface: 'slack' as const }
    const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
    await reassign(deps, { exceptionId, actor, to: '@mary' })
    assert.equal(handleOf((await run('K-1')).ownerId), 'mary')
    const fixed = await bot.app.resolve({
      exceptionId,
      actor,
      resolution: { do: 'fix', corrections: { n: '3' } },
    })
    assert.equal(fixed.kind, 'resolved')
    await bot.untilIdle()
    const asked = await run('K-1')
    const open = asked.exceptions.find(({ state }) => state === 'open')
    assert.ok(
      ['grace', 'alan', 'joan'].includes(handleOf(asked.ownerId) ?? ''),
      'the rule names another owner',
    )
    assert.equal(open?.ownerId, asked.ownerId)
    const names: Record<string, string> = { grace: 'Grace Hopper', alan: 'Alan Turing', joan: 'Joan Clarke' }
    assert.equal(open?.detail, `For ${names[handleOf(asked.ownerId) ?? '']}`)
  })
})
