// Rules changed from Slack, over the real wire: listed, edited, tried, published; and by nobody who may not.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { View } from '../../src/local-slack/contract.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { publish } from '../../src/workflow/publish/publish.ts'
import { type Bot, startBot } from '../bot.ts'

const source = (key: string) => `# Why: kept through changes in Slack
workflow: ${key}
owner: '@ada'
trigger: { webhook: { verify: { scheme: none } } }
fields:
  amount: { type: number }
rules:
  - { rule: large, when: record.amount > 100, route: look }
  - { rule: middle, when: record.amount > 10, route: close }
  - { rule: rest, when: 'true', route: close }
routes:
  look: { exception: { reason: needs_judgement, text: Look } } # by a person
  close: { outcome: achieved }
`
const standards = "roles: { operators: ['@katherine'] }\n"

let bot: Bot
const cleaning: (() => Promise<void>)[] = []
before(async () => {
  bot = await startBot({ after: (clean) => cleaning.push(clean) })
})
after(async () => {
  for (const clean of cleaning) await clean()
})

let made = 0
async function published(...amounts: number[]) {
  made += 1
  const key = `gifts-${made}`
  await bot.publish({ [key]: source(key) }, standards)
  for (const amount of amounts) assert.equal((await bot.send(key, { amount })).status, 202)
  await bot.untilIdle()
  return key
}

const type = (text: string, user = '@ada') => bot.control.command({ user, channel: '#ops-exceptions', text })
const top = async (user = '@ada'): Promise<View> =>
  (await bot.control.views(user)).views.at(-1) ?? assert.fail('no modal is open')

/** The modal on top once it shows what is waited for. */
async function shown(fits: (text: string) => boolean, user = '@ada'): Promise<View> {
  const look = async () => {
    const view = (await bot.control.views(user)).views.at(-1)
    return view && fits(JSON.stringify(view)) ? view : undefined
  }
  const found = await look()
  if (found) return found
  for await (const _event of bot.control.feed(user, AbortSignal.timeout(5000))) {
    const view = await look()
    if (view) return view
  }
  return assert.fail('the modal never showed it')
}
async function open(key: string, user = '@ada') {
  await bot.control.close({ user, all: true }).catch(() => {})
  await type(`/workflow rules ${key}`, user)
  return shown((text) => text.includes('in order'), user)
}
const press = async (actionId: string, blockId: string, user = '@ada') =>
  bot.control.press({ user, container: { viewId: (await top(user)).id }, blockId, actionId })
const fill = async (
  values: { name?: string; when?: string; route?: string; owner?: string },
  user = '@ada',
) => {
  await shown((text) => /rule_(change|add)"/.test(text) && text.includes('Into the draft'), user)
  return bot.control.submit({
    user,
    values: {
      ...(values.name === undefined ? {} : { name: { text: values.name } }),
      ...(values.when === undefined ? {} : { when: { text: values.when } }),
      ...(values.route === undefined ? {} : { route: { choice: values.route } }),
      ...(values.owner === undefined ? {} : { owner: { text: values.owner } }),
    },
  })
}
const audit = (key: string) =>
  bot.app.db.prisma.audit.findMany({ where: { target: key }, orderBy: { id: 'asc' } })
const current = async (key: string) => {
  await bot.app.catalog.refresh()
  return (await bot.app.catalog.current(key)) ?? assert.fail(key)
}

describe('the rules of a workflow in Slack', () => {
  test('are listed in order, with how often each decided in the last seven days', async () => {
    const key = await published(5, 50, 500, 600)
    const text = JSON.stringify((await open(key)).blocks)
    assert.match(text, /1\. large.*look.*2 in 7 days.*2\. middle.*1 in 7 days.*3\. rest.*1 in 7 days/)
    assert.match(text, /`record\.amount &gt; 100`/)
  })

  test('are not for everybody to change: a refusal is private and says who may', async () => {
    const key = await published()
    await open(key, '@grace')
    await press('rules_disable', 'rule_1', '@grace')
    const view = await shown((text) => text.includes("can't change"), '@grace')
    assert.match(JSON.stringify(view.blocks), /Ask @ada, role:operators/)
    assert.equal(await bot.app.db.prisma.draft.count({ where: { workflowKey: key } }), 0)
    await open(key, '@katherine')
    await press('rules_disable', 'rule_1', '@katherine')
    await shown((text) => text.includes('_disabled_'), '@katherine')
  })

  test('an expression is checked as it is submitted, and what is wrong stands under its field', async () => {
    const key = await published()
    await open(key)
    await press('rules_edit', 'rule_1')
    const wrong = await fill({ when: 'record.amout > 5', name: 'middle', owner: 'ada' })
    assert.equal(wrong.errors['when'], 'No such key: amout (did you mean amount?)')
    assert.equal(wrong.errors['name'], 'There is a rule "middle" already.')
    assert.match(wrong.errors['owner'] ?? '', /"ada" is no owner/)
    assert.equal(await bot.app.db.prisma.draft.count({ where: { workflowKey: key } }), 0)
  })

  test('a draft is tried on what was recorded, published with a reason, and all of it is in the audit', async () => {
    const key = await published(5, 50, 150)
    await open(key)
    await press('rules_edit', 'rule_1')
    assert.deepEqual((await fill({ when: 'record.amount > 200' })).errors, {})
    await shown((text) => text.includes('*Draft*') && text.includes('&gt; 200'))
    await press('rules_add', 'rule_1')
    assert.deepEqual(
      (await fill({ name: 'gift', when: 'record.amount == 150', route: 'look', owner: '@grace' })).errors,
      {},
    )
    await shown((text) => text.includes('2. gift'))
    await press('rules_down', 'rule_2')
    await shown((text) => text.includes('3. gift'))
    assert.equal((await current(key)).version.number, 1, 'nothing is live yet')

    await press('rules_publish', 'draft')
    const covered = await shown((text) => text.includes('cannot be published'))
    assert.match(JSON.stringify(covered.blocks), /gift/, 'a rule that could never match is found')
    await bot.control.close({ user: '@ada' })

    await press('rules_up', 'rule_3')
    await shown((text) => text.includes('2. gift'))
    await type(`/workflow simulate ${key}`)
    const answer = await bot.control.waitForMessage({ channel: '#ops-exceptions', as: '@ada' }, (message) =>
      JSON.stringify(message).includes(`Draft of ${key}`),
    )
    assert.match(
      JSON.stringify(answer.blocks),
      /1 of the last 3 events would change outcome.*from look by \\"large\\" to look by \\"gift/,
    )

    await press('rules_publish', 'draft')
    const trial = await shown((text) => text.includes('publish_rules'))
    assert.match(JSON.stringify(trial.blocks), /rule \\"gift\\" added below/)
    await bot.control.submit({ user: '@ada', values: { note: { text: 'gifts are looked at' } } })
    await shown((text) => text.includes('Version 2'))
    const { version } = await current(key)
    assert.deepEqual(
      version.compiled.definition.rules.map(({ name }) => name),
      ['large', 'gift', 'middle', 'rest'],
    )
    const stored = await bot.app.db.prisma.workflowVersion.findUniqueOrThrow({ where: { id: version.id } })
    assert.match(stored.source, /^# Why: kept[\s\S]*# by a person/, 'comments of the file are kept')
    assert.equal(await bot.app.db.prisma.draft.count({ where: { workflowKey: key } }), 0)
    const entries = (await audit(key)).filter(({ surface }) => surface === 'slack')
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['rule.changed', 'rule.added', 'rule.moved', 'rule.moved', 'workflow.published'],
    )
    const ada = (await bot.app.db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })).id
    assert.ok(entries.every(({ actor }) => actor === ada))
    assert.equal(entries.at(-1)?.note, 'gifts are looked at')
    await bot.publish({ [key]: stored.source }, standards)
    assert.equal((await current(key)).version.number, 2, 'what export writes is what is live')
    const { workflows, standards: content } = checkAll(
      [{ file: 'old.yaml', source: source(key) }],
      standards,
      'signalbox.yaml',
    )
    const atStart = await publish(bot.app.db, {
      workflows,
      standards: { content, source: standards },
      actor: { id: 'start', surface: 'engine' },
      at: new Date(),
      keepsNewer: true,
    })
    assert.ok(!('kind' in atStart))
    assert.deepEqual([atStart[0]?.number, atStart[0]?.older], [2, 1], 'a start with the old file keeps it')
  })

  test('a draft that leaves more events without a rule is refused until it is meant', async () => {
    const key = await published(5, 6)
    await open(key)
    await press('rules_disable', 'rule_3')
    await shown((text) => text.includes('_disabled_'))
    await press('rules_publish', 'draft')
    const trial = await shown((text) => text.includes('publish_rules'))
    assert.match(JSON.stringify(trial.blocks), /2 would be left without a rule/)
    const refused = await bot.control.submit({ user: '@ada', values: { note: { text: 'less' } } })
    assert.match(refused.errors['force'] ?? '', /left without a rule/)
    assert.equal((await current(key)).version.number, 1)
    await bot.control.submit({
      user: '@ada',
      values: { note: { text: 'less' }, force: { choice: ['force'] } },
    })
    await shown((text) => text.includes('Version 2'))
    const last = (await audit(key)).at(-1)
    assert.deepEqual(last?.after, { number: 2, forced: { moreUnrouted: 2, of: 2 } })
  })

  test('a draft of a workflow with masked fields is tried for its owner alone; who else may publish it, knowingly', async () => {
    const masked = source('masked').replace('fields:', 'fields:\n  iban: { type: string, personal: true }')
    await bot.publish({ masked }, standards)
    for (const iban of ['DE1', 'DE2', 'FR3']) await bot.send('masked', { amount: 5, iban })
    await bot.untilIdle()
    // No longer masked: the runs that came before are.
    await bot.publish({ masked: masked.replace(', personal: true', '') }, standards)
    const told = async (user: string) => {
      const say = { channel: '#ops-exceptions', as: user }
      const seen = new Set((await bot.control.messages(say)).messages.map(({ ts }) => ts))
      await type('/workflow simulate masked', user)
      const answer = await bot.control.waitForMessage(
        say,
        ({ ts, ephemeralTo }) => ephemeralTo !== null && !seen.has(ts),
      )
      return JSON.stringify(answer.blocks)
    }
    await open('masked', '@katherine')
    await press('rules_add', 'top', '@katherine')
    const probe = { name: 'probe', when: 'record.iban.startsWith("DE")', route: 'look' }
    assert.deepEqual((await fill(probe, '@katherine')).errors, {})
    await shown((text) => text.includes('1. probe'), '@katherine')
    const refused = /masks iban, and which events a draft moves tells what is masked. To try it, ask @ada/
    const answer = await told('@katherine')
    assert.match(answer, refused)
    assert.doesNotMatch(answer, /would change outcome|run_/)
    assert.equal((await audit('masked')).filter(({ action }) => action === 'runs.asked').length, 0)
    assert.match(await told('@ada'), /2 of the last 3 events would change outcome/)
    const looks = (await audit('masked')).filter(({ action }) => action === 'runs.asked')
    assert.deepEqual(
      looks.map(({ after: asked }) => asked),
      [{ draft: 1, masked: ['iban'] }],
    )

    // Whether it leaves more events without a rule is told to nobody else either.
    for (const rule of ['rule_2', 'rule_3', 'rule_4']) {
      await press('rules_disable', rule, '@katherine')
      await shown((text) => text.split('_disabled_').length === Number(rule.at(-1)), '@katherine')
    }
    await press('rules_publish', 'draft', '@katherine')
    const trial = await shown((text) => text.includes('publish_rules'), '@katherine')
    assert.match(JSON.stringify(trial.blocks), refused)
    assert.doesNotMatch(JSON.stringify(trial.blocks), /would change outcome|without a rule\*|run_/)
    const note = { text: 'probing' }
    const unmeant = await bot.control.submit({ user: '@katherine', values: { note } })
    assert.match(unmeant.errors['force'] ?? '', /not tried for you/)
    assert.equal((await current('masked')).version.number, 2)
    await bot.control.submit({ user: '@katherine', values: { note, force: { choice: ['force'] } } })
    await shown((text) => text.includes('Version 3'), '@katherine')
  })

  test('a window that is still open turns no page for somebody who may no longer read the rules', async () => {
    const many = Array.from(
      { length: 45 },
      (_, at) => `  - { rule: r${at}, when: record.amount == ${1000 + at}, route: close }`,
    ).join('\n')
    const named = (reader: string) =>
      source('paged').replace('rules:\n', `access: { read: "${reader}" }\nrules:\n${many}\n`)
    await bot.publish({ paged: named('@alan') }, standards)
    const view = await open('paged', '@alan')
    assert.doesNotMatch(JSON.stringify(view.blocks), /r44/)
    await bot.publish({ paged: named('@grace') }, standards)
    const pages = view.blocks.find((block) => JSON.stringify(block).includes('rules_page:after'))
    await press('rules_page:after', (pages as { block_id: string }).block_id, '@alan')
    const refused = await shown((text) => text.includes('read these rules'), '@alan')
    assert.match(JSON.stringify(refused.blocks), /You can't read these rules\. Ask .*@grace/)
    assert.doesNotMatch(JSON.stringify(refused.blocks), /r44/)
  })

  test('a draft that somebody else overtook is not published over theirs', async () => {
    const key = await published()
    await open(key)
    await press('rules_disable', 'rule_2')
    await shown((text) => text.includes('_disabled_'))
    await bot.publish({ [key]: source(key).replace('> 100', '> 99') }, standards)
    await press('rules_publish', 'draft')
    await shown((text) => text.includes('publish_rules'))
    await bot.control.submit({ user: '@ada', values: { note: { text: 'mine' } } })
    await shown((text) => text.includes('Version 2 was published since'))
    assert.equal((await current(key)).version.number, 2)
    await open(key)
    await press('rules_discard', 'draft')
    await shown((text) => text.includes('A change begins a draft'))
  })
})
