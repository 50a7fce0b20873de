// A name that changed hands is followed by nobody's publication: not by an unrelated change, not by a new workflow under the
// same roles, not when who had it has left. It is said wherever something is published, and given away when asked for.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { boundIn } from '../../src/db/people/name-bindings.ts'
import { mayAct } from '../../src/db/people/people.ts'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'
import { type Folder, folderOf } from '../workflow/command.ts'

const flow = (key: string, title: string, more = '') => `workflow: ${key}
title: ${title}
owner: "@ada"
channel: "#general"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string } }
rules:
  - { rule: never, when: 'record.order == "never"', route: ask }
  - { rule: all, when: 'true', route: ask }
routes:
  ask: { review: { by: ["@sales", role:leads] }, outcome: achieved }
${more}`
const STANDARDS = 'roles: { leads: ["@joan"], operators: ["@ops-lead"] }\n'

const said = (name: string, was: string, now: string) =>
  `${name}: was ${was}, is now ${now}; it stays with ${/\((\w+)/.exec(was)?.[1]} until signalbox apply --rebind ${name}`

describe('a name that changed hands', () => {
  let bot: Bot
  let folder: Folder
  let ids: Record<string, string>
  let second: { ada: string; sales: string; joan: string }
  const stop: (() => Promise<void> | void)[] = []
  const t = { after: (clean: () => Promise<void> | void) => void stop.unshift(clean) }

  before(async () => {
    bot = await startBot(t)
    const { people, groups } = await bot.control.state()
    ids = Object.fromEntries([...people, ...groups].map(({ handle, id }) => [handle, id]))
    folder = folderOf(t, bot.env, { 'hands.yaml': flow('hands', 'Hands'), 'signalbox.yaml': STANDARDS })
    assert.equal((await folder.run('apply')).code, 0)
    // As Slack lets people do: they are called otherwise, and others take the names.
    for (const handle of ['ada', 'joan']) await bot.control.person({ user: handle, handle: `${handle}-was` })
    await bot.control.group({ group: 'sales', handle: 'sales-was' })
    const ada = await bot.control.join({ handle: 'ada', name: 'Ada Two' })
    const joan = await bot.control.join({ handle: 'joan', name: 'Joan Two' })
    const { group } = await bot.control.group({ group: 'sales', name: 'Sales two', members: ['alan'] })
    second = { ada: ada.person.id, joan: joan.person.id, sales: group.id }
    await bot.app.slack.syncPeople()
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  const db = () => bot.app.db.prisma
  const boundNow = async (workflow: string) => {
    const row = await db().workflow.findUniqueOrThrow({ where: { key: workflow } })
    const version = await db().workflowVersion.findFirstOrThrow({
      where: { workflowKey: workflow, number: row.currentNumber },
    })
    return Object.fromEntries(await boundIn(db(), version.id))
  }
  const sent = async (workflow: string, order: string) => {
    await bot.app.catalog.refresh()
    await bot.send(workflow, { order })
    await bot.untilIdle()
    const row = await db().exception.findFirstOrThrow({ where: { run: { subject: order } } })
    return { owner: row.ownerId, by: (row.policy as { by: string[] }).by }
  }
  const movedLines = () => [
    said('@ada', `Ada Lovelace (${ids['ada']})`, `Ada Two (${second.ada})`),
    said('@sales', `Sales (${ids['sales']})`, `Sales two (${second.sales})`),
    said('@joan', `Joan Clarke (${ids['joan']})`, `Joan Two (${second.joan})`),
  ]

  test('is not followed by a publication of something else, and plan, apply, check and doctor say so', async () => {
    folder.write('hands.yaml', flow('hands', 'Another title'))
    for (const words of [['plan'], ['check'], ['apply'], ['doctor']]) {
      const { stdout } = await folder.run(...words)
      for (const line of movedLines()) assert.ok(stdout.includes(line), `${words.join(' ')}: ${stdout}`)
      assert.ok(!stdout.includes('@sales → '), `${words.join(' ')}: ${stdout}`)
    }
    assert.partialDeepStrictEqual(await boundNow('hands'), { '@ada': ids['ada'], '@sales': ids['sales'] })
    const { by } = await sent('hands', 'retitled')
    assert.deepEqual(by, [ids['sales'], 'role:leads'])
    for (const [who, may] of [
      [ids['mary'], true],
      [ids['joan'], true],
      [ids['alan'], true],
      [second.joan, false],
      [second.ada, false],
    ] as const)
      assert.equal(await mayAct(db(), who ?? '', by), may, who)
  })

  test('is not followed by a new workflow under the same roles either', async () => {
    folder.write('more.yaml', flow('more', 'More').replaceAll('"@sales", ', ''))
    assert.equal((await folder.run('apply')).code, 0)
    assert.partialDeepStrictEqual(await boundNow('more'), { '@joan': ids['joan'], '@ada': second.ada })
  })

  test('stays with who left: it is not given to whoever has it now', async () => {
    await bot.control.person({ user: 'ada-was', isDeleted: true })
    await bot.app.slack.syncPeople()
    folder.write('hands.yaml', flow('hands', 'A third title'))
    const plan = await folder.run('plan')
    assert.match(plan.stdout, new RegExp(`@ada: was Ada Lovelace \\(${ids['ada']}, gone\\), is now Ada Two`))
    assert.equal((await folder.run('apply')).code, 0)
    assert.equal((await boundNow('hands'))['@ada'], ids['ada'])
    const { owner } = await sent('hands', 'left')
    assert.notEqual(owner, second.ada)
  })

  test('is kept by what is published in Slack, which says so', async () => {
    const user = '@ops-lead'
    const shown = (has: string) =>
      until(`a window with ${has}`, async () => {
        const view = (await bot.control.views(user)).views.at(-1)
        return view && JSON.stringify(view).includes(has) ? view : undefined
      })
    const press = async (has: string, blockId: string, actionId: string) =>
      bot.control.press({ user, container: { viewId: (await shown(has)).id }, blockId, actionId })
    await bot.control.command({ user, channel: '#general', text: '/workflow rules hands' })
    await press('in order', 'rule_1', 'rules_disable')
    await press('_disabled_', 'draft', 'rules_publish')
    await shown('publish_rules')
    await bot.control.submit({ user, values: { note: { text: 'never is over' } } })
    const text = JSON.stringify(await shown('decides from now on'))
    for (const name of ['@sales', '@joan']) assert.ok(text.includes(`until signalbox apply --rebind ${name}`))
    assert.partialDeepStrictEqual(await boundNow('hands'), { '@ada': ids['ada'], '@sales': ids['sales'] })
  })

  test('is given to who has it now by apply --rebind, without another change, and stands in the audit', async () => {
    const slip = await folder.run('apply', '--rebind', '@sails')
    assert.equal(slip.code, 2)
    assert.match(slip.stderr, /no file here names @sails \(did you mean @sales\?\)/)
    const answer = await folder.run('apply', '--rebind', '@Sales', '--rebind', '@ada')
    assert.equal(answer.code, 0, answer.stderr)
    assert.match(answer.stdout, /hands: version \d+ published/)
    assert.partialDeepStrictEqual(await boundNow('hands'), {
      '@ada': second.ada,
      '@sales': second.sales,
      '@joan': ids['joan'],
    })
    const row = await db().audit.findFirstOrThrow({
      where: { action: 'workflow.published', target: 'hands' },
      orderBy: { id: 'desc' },
    })
    assert.deepEqual((row.after as { rebound: unknown }).rebound, [
      { name: '@ada', from: ids['ada'], to: second.ada },
      { name: '@sales', from: ids['sales'], to: second.sales },
    ])
    assert.deepEqual((await sent('hands', 'rebound')).by, [second.sales, 'role:leads'])
    const again = await folder.run('apply', '--rebind', '@sales')
    assert.match(again.stdout, /hands: unchanged \(version \d+\)/)
  })
})
