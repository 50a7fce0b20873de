// Who owns what is given out now: never dropped, whoever is away, gone or unknown.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { awayByStatus } from '../../src/slack/people/away-status.ts'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'
import { waitForModal } from './waiting.ts'

const flow = (name: string, routeOwner: string, owner = '@ada') => `
workflow: ${name}
title: ${name}
owner: "${owner}"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string } }
rules: [{ rule: all, when: 'true', route: look }]
routes: { look: { owner: "${routeOwner}", exception: { reason: needs_judgement, text: "Look at it" } } }
`

describe('who owns it', () => {
  let bot: Bot
  let ids: Record<string, string>
  const stop: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot({ after: (clean) => void stop.unshift(clean) })
    await bot.publish(
      {
        a: flow('of-grace', '@grace'),
        b: flow('of-nobody', '@never-here'),
        c: flow('of-none', '@never-here', '@nor-here'),
        d: flow('of-rule', '@alan')
          .replace('route: look', 'route: look, owner: "@grace"')
          .replace(
            'exception:',
            'actions: [{ action: say, slack: { channel: "#no-such", text: "x" }, retry: { attempts: 1 } }], exception:',
          ),
        e: flow('of-data', '@alan').replace('route: look', 'route: look, owner: "${event.boss}"'),
        f: flow('of-data-early', '@alan', '${event.boss}').replace(
          'fields: {',
          'fields: { more: { type: string },',
        ),
      },
      'roles: { operators: ["@joan"] }\nchannels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }',
    )
    const { people } = await bot.control.state()
    ids = Object.fromEntries(people.map(({ handle, id }) => [handle, id]))
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  let count = 0
  const ownerOf = async (workflow: string, more: Record<string, string> = {}) => {
    count += 1
    const order = `N-${count}`
    await bot.send(workflow, { order, ...more })
    await bot.untilIdle()
    return bot.app.db.prisma.exception.findFirstOrThrow({ where: { run: { subject: order } } })
  }
  const says = (text: string) => bot.control.command({ user: '@grace', channel: '#ops-exceptions', text })
  const graceIs = (
    what: string,
    holds: (grace: { statusAwayUntil: Date | null; coverId: string | null }) => boolean,
  ) =>
    until(`grace is ${what}`, async () => {
      const grace = await bot.app.db.prisma.person.findUniqueOrThrow({ where: { id: ids['grace'] ?? '' } })
      return holds(grace) ? true : undefined
    })

  test("a status that says away gives new ones to the cover, else to the workflow's owner, until it is gone", async () => {
    assert.equal((await ownerOf('of-grace')).ownerId, ids['grace'])
    const statusExpiration = Math.floor(Date.now() / 1000) + 86_400
    await bot.control.person({
      user: '@grace',
      statusText: 'Vacationing',
      statusEmoji: ':palm_tree:',
      statusExpiration,
    })
    await graceIs('away', ({ statusAwayUntil }) => statusAwayUntil?.getTime() === statusExpiration * 1000)
    const withoutCover = await ownerOf('of-grace')
    assert.deepEqual([withoutCover.ownerId, withoutCover.reason], [ids['ada'], 'needs_judgement'])
    assert.match(withoutCover.detail, /@grace could not be reached/)
    await says('/workflow away cover @alan')
    await graceIs('covered', ({ coverId }) => coverId === ids['alan'])
    assert.equal((await ownerOf('of-grace')).ownerId, ids['alan'])
    await bot.control.person({ user: '@grace', statusText: '', statusEmoji: '', statusExpiration: 0 })
    await graceIs('back', ({ statusAwayUntil }) => statusAwayUntil === null)
    assert.equal((await ownerOf('of-grace')).ownerId, ids['grace'])
  })

  test("whom the rule names owns what stops at an action too, before the route's owner", async () => {
    const failed = await ownerOf('of-rule')
    assert.equal(failed.reason, 'action_refused')
    assert.equal(failed.ownerId, ids['grace'])
  })

  test('an owner from the record counts when it is a plain name; nobody gives way to the next', async () => {
    const owners = []
    for (const boss of ['@grace', 'weighted("@grace" 1)', '', '@never-here'])
      owners.push((await ownerOf('of-data', { boss })).ownerId)
    assert.deepEqual(owners, [ids['grace'], ids['alan'], ids['alan'], ids['ada']])
  })

  test("a workflow's owner from the record owns what stops before a rule decides too", async () => {
    const { ownerId, reason } = await ownerOf('of-data-early', { boss: '@grace' })
    assert.deepEqual([ownerId, reason], [ids['grace'], 'missing_field'])
  })

  test("nobody who was meant can be reached: it is the workflow's owner's, and stays what it is", async () => {
    const { ownerId, reason } = await ownerOf('of-nobody')
    assert.deepEqual([ownerId, reason], [ids['ada'], 'needs_judgement'])
  })

  test("nobody at all: it stands in the operators' channel, with the ways to resolve that it had, for them to give away", async () => {
    const { ownerId, reason, runId } = await ownerOf('of-none')
    assert.deepEqual([ownerId, reason], [null, 'no_eligible_owner'])
    const card = await bot.control.waitForMessage({ channel: '#ops-alerts' }, ({ blocks }) =>
      JSON.stringify(blocks).includes(`of-none ${runId}`),
    )
    const text = JSON.stringify(card.blocks)
    assert.match(text, /Owner needed/)
    assert.match(text, /"action_id":"done"/)
    const press = (user: string, actionId: string) =>
      bot.control.press({
        user,
        container: { channel: card.channel, ts: card.ts },
        actionId,
        confirmed: true,
      })
    await press('@alan', 'reassign')
    const refused = await waitForModal(bot, '@alan', "You can't do this")
    assert.match(JSON.stringify(refused.blocks), /Ask @never-here, @nor-here, role:operators/)
    await bot.control.close({ user: '@alan' })
    await press('@joan', 'reassign')
    await waitForModal(bot, '@joan', 'Reassign')
    await bot.control.submit({ user: '@joan', values: { person: { to: ids['grace'] ?? '' } } })
    await bot.control.waitForMessage({ channel: '#ops-alerts' }, ({ blocks }) =>
      JSON.stringify(blocks).includes(`Decision needed: of-none ${runId}`),
    )
    await press('@grace', 'done')
    await waitForModal(bot, '@grace', 'Mark done')
    await bot.control.submit({ user: '@grace', values: {} })
    await bot.control.waitForMessage({ channel: '#ops-alerts' }, ({ blocks }) =>
      JSON.stringify(blocks).includes(`Done: of-none ${runId}`),
    )
  })

  test('what a status says', () => {
    const now = new Date('2026-01-05T12:00:00Z')
    const away = (status_text: string, status_emoji = '', status_expiration = 0) =>
      awayByStatus({ status_text, status_emoji, status_expiration }, now)?.toISOString() ?? null
    assert.equal(away('Vacationing', ':palm_tree:', 1_767_700_000), '2026-01-06T11:46:40.000Z')
    assert.equal(away('ooo till monday'), '2026-01-07T00:00:00.000Z')
    assert.equal(away('On parental leave'), '2026-01-07T00:00:00.000Z')
    for (const here of ['In a meeting', 'Commuting', 'Working remotely', 'leave me alone', ''])
      assert.equal(away(here), null)
  })
})
