// A name in a file means whom it meant when it was published: bound to an id, by the sync where nobody had it yet, and not
// followed when somebody else gets the handle.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { peopleFindings } from '../../src/cli/doctor/people-findings.ts'
import { bindNow } from '../../src/db/people/members.ts'
import { boundIn } from '../../src/db/people/name-bindings.ts'
import { movedText } from '../../src/db/people/name-state.ts'
import { mayAct } from '../../src/db/people/people.ts'
import { watchExceptions } from '../../src/pipeline/exception/watch.ts'
import { watchHandovers } from '../../src/pipeline/watch/handovers.ts'
import { makeLog } from '../../src/log.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { planAll } from '../../src/workflow/publish/plan.ts'
import { type Bot, startBot } from '../bot.ts'

const flow = (owner: string, review: string, more = '') => `
workflow: names
title: Names
owner: "${owner}"
channel: "#general"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string } }
rules: [{ rule: all, when: 'true', route: ask${more} }]
routes:
  ask: { review: { by: "${review}" }, actions: [{ action: pass, emit: { workflow: names, event: {} } }], outcome: achieved }
`

const byOf = ({ policy }: { policy: unknown }) => (policy as { by: string[] }).by

describe('names', () => {
  let bot: Bot
  let ids: Record<string, string>
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  before(async () => {
    bot = await startBot(t)
    const { people, groups } = await bot.control.state()
    ids = Object.fromEntries([...people, ...groups].map(({ handle, id }) => [handle, id]))
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  const prisma = () => bot.app.db.prisma
  const boundNow = async () => {
    const version = await prisma().workflowVersion.findFirstOrThrow({ orderBy: { number: 'desc' } })
    return Object.fromEntries(await boundIn(prisma(), version.id))
  }
  const sent = async (order: string) => {
    await bot.send('names', { order })
    await bot.untilIdle()
    return prisma().exception.findFirstOrThrow({ where: { run: { subject: order } } })
  }
  const deps = () => ({
    db: bot.app.db,
    catalog: bot.app.catalog,
    clock: () => new Date(),
    cardsChanged: () => {},
  })

  test('are bound when a version is published: handles in any case, groups, addresses, ids, strategies, roles', async () => {
    await bot.publish(
      { names: flow('@Joan', 'role:leads', `, owner: 'weighted("@ada" 3, ${ids['grace']} 1)'`) },
      `roles: { leads: ["@support-leads", "Katherine@signalbox-demo.example"], operators: ["${ids['ops-lead']}"] }`,
    )
    const channel = await prisma().channel.findFirstOrThrow({ where: { name: 'general' } })
    assert.deepEqual(await boundNow(), {
      '#general': channel.id,
      '@joan': ids['joan'],
      '@ada': ids['ada'],
      '@support-leads': ids['support-leads'],
      'katherine@signalbox-demo.example': ids['katherine'],
    })
    const { ownerSpec } = await prisma().workflow.findUniqueOrThrow({ where: { key: 'names' } })
    assert.equal(ownerSpec, ids['joan'])
    const one = await sent('first')
    assert.equal(one.ownerSpec, `weighted("${ids['ada']}" 3, "${ids['grace']}")`)
    assert.deepEqual(byOf(one), ['role:leads'])
    for (const [who, may] of [
      ['grace', true],
      ['katherine', true],
      ['joan', false],
    ] as const)
      assert.equal(await mayAct(prisma(), ids[who] ?? '', byOf(one)), may, who)
  })

  test('that nobody has give nobody anything; what they would own goes to the next owner and says why', async () => {
    await bot.publish({ names: flow('@joan', '@newcomer', ', owner: "@newcomer"') })
    assert.equal((await boundNow())['@newcomer'], null)
    const one = await sent('waiting')
    assert.equal(one.ownerId, ids['joan'])
    assert.match(
      one.detail,
      /it is with the workflow's owner\. @newcomer does not name exactly one member or group of this workspace\./,
    )
    assert.deepEqual(byOf(one), ['@newcomer'])
    const eve = await bot.control.join({ handle: 'newcomer', name: 'Eve', teamId: 'T0OTHER' })
    await bot.app.slack.syncPeople()
    assert.equal((await boundNow())['@newcomer'], null, 'not by somebody of another team')
    assert.equal(await mayAct(prisma(), eve.person.id, ['@newcomer']), false)
    const [, names] = await peopleFindings(bot.app.db)
    assert.match(names?.detail ?? '', /no person or channel, or more than one, is called @newcomer \(names\)/)
  })

  test('are bound by the first sync that finds somebody, in what is live and what is open', async () => {
    const { person } = await bot.control.join({ handle: 'newcomer', name: 'New Comer' })
    await bot.app.slack.syncPeople()
    assert.equal((await boundNow())['@newcomer'], person.id)
    const open = await prisma().exception.findFirstOrThrow({ where: { run: { subject: 'waiting' } } })
    assert.deepEqual(byOf(open), [person.id])
    assert.equal(await mayAct(prisma(), person.id, byOf(open)), true)
    assert.equal((await sent('bound')).ownerId, person.id)
  })

  test('are not followed to whoever gets the handle later; doctor and the handover exception say so', async () => {
    await bot.publish({ names: flow('@alan', '@alan') })
    const one = await sent('alans')
    assert.deepEqual(byOf(one), [ids['alan']])
    // Renamed, and another takes the name: as Slack lets people do.
    await prisma().person.update({ where: { id: ids['alan'] ?? '' }, data: { handle: 'alan-was' } })
    const { teamId } = await prisma().workspace.findFirstOrThrow()
    await prisma().person.create({
      data: { id: 'U0ALAN0002', handle: 'alan', name: 'Alan Two', teamId, syncedAt: new Date() },
    })
    assert.deepEqual([...(await bindNow(prisma(), ['@alan']))], [['@alan', 'U0ALAN0002']])
    assert.equal(await mayAct(prisma(), 'U0ALAN0002', byOf(one)), false)
    assert.equal(await mayAct(prisma(), ids['alan'] ?? '', byOf(one)), true)
    assert.equal((await sent('alans-again')).ownerId, ids['alan'])
    const source = flow('@alan', '@alan', ', owner: "@ada"')
    const { workflows, standards } = checkAll([{ file: 'names.yaml', source }], undefined, 'signalbox.yaml')
    const [plan] = await planAll(prisma(), workflows, standards)
    const said = `@alan: was Alan Turing (${ids['alan']}), is now Alan Two (U0ALAN0002); it stays with ${ids['alan']} until`
    assert.ok(
      plan?.moved.map(movedText).some((text) => text.startsWith(said)),
      JSON.stringify(plan),
    )
    const [, names] = await peopleFindings(bot.app.db)
    assert.ok(names?.detail.includes(said), names?.detail)
    assert.equal(names?.state, 'warn')

    await prisma().person.update({ where: { id: ids['alan'] ?? '' }, data: { isDeleted: true } })
    assert.equal((await watchHandovers(deps())).opened, 1)
    const left = await prisma().exception.findFirstOrThrow({
      where: { data: { path: ['left'], equals: ids['alan'] ?? '' } },
    })
    assert.match(left.detail, /@alan-was was deactivated in Slack and is still named here:/)
    assert.match(left.detail, /@alan: was Alan Turing \(\w+, gone\), is now Alan Two \(U0ALAN0002\)/)
    await watchExceptions({ ...deps(), log: makeLog('silent') })
    const handed = await prisma().exception.findUniqueOrThrow({ where: { id: one.id } })
    assert.equal(handed.ownerId, null, 'handed to nobody rather than to the new @alan')
  })

  test('a binding can be neither changed nor deleted, by anybody who may write', async () => {
    const row = await prisma().nameBinding.findFirstOrThrow({ where: { slackId: { not: null } } })
    const where = { scope_name: { scope: row.scope, name: row.name } }
    await assert.rejects(
      prisma().nameBinding.update({ where, data: { slackId: 'U0OTHER000' } }),
      /bound once/,
    )
    await assert.rejects(prisma().nameBinding.delete({ where }), /bound once/)
  })
})
