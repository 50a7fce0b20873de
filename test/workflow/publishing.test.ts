// Plan, apply, rollback, export and simulate, by the command beside a running bot.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { type Bot, startBot } from '../bot.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { folderOf } from './command.ts'

const orders = (key: string, rules: string[]) => `# Kept: why this workflow is here
workflow: ${key}
owner: '@ada'
channel: '#ops-exceptions'
trigger:
  webhook: { verify: { scheme: none }, id: string(event.id) }
subject: string(event.id)
fields:
  id: { type: string, minLength: 1 }
  amount: { type: number }
rules:
${rules.join('\n')}
routes:
  close: { outcome: achieved } # nothing to do
  look: { exception: { reason: needs_judgement, text: 'Look' } }
`
const large = "  - { rule: large, when: record.amount > 100, route: look, owner: '@grace' }"
const small = '  - { rule: small, when: record.amount > 10, route: close }'
const rest = "  - { rule: rest, when: 'true', route: close }"
const standards = "channels: { exceptions: '#ops-exceptions' }\n"

let bot: Bot
let database: TestDatabase
const cleaning: (() => Promise<void>)[] = []
before(async () => {
  database = await testDatabase()
  bot = await startBot({ after: (clean) => cleaning.push(clean) }, { database })
})
after(async () => {
  for (const clean of cleaning) await clean()
})

let made = 0
/** A folder with one published workflow of its own. */
async function start(t: TestContext) {
  made += 1
  const key = `orders-${made}`
  const file = `${key}.yaml`
  const first = orders(key, [large, small, rest])
  const folder = folderOf(t, database.env, { [file]: first, 'signalbox.yaml': standards })
  const applied = await folder.run('apply', '--note', 'first')
  assert.equal(applied.code, 0, applied.stderr)
  await bot.app.catalog.refresh()
  const write = (...rules: string[]) => folder.write(file, orders(key, rules))
  const sendAll = async (amounts: number[]) => {
    const sent = await Promise.all(amounts.map((amount, at) => bot.send(key, { id: `o-${at}`, amount })))
    for (const { status } of sent) assert.equal(status, 202)
    await bot.untilIdle()
  }
  const versions = () => bot.app.db.prisma.workflowVersion.count({ where: { workflowKey: key } })
  const audit = () => bot.app.db.prisma.audit.findMany({ where: { target: key }, orderBy: { id: 'asc' } })
  return { key, file, first, folder, write, sendAll, versions, audit }
}

describe('publishing from files', () => {
  test('plan says what would change in words, as a diff and for the events that came', async (t) => {
    const { key, folder, write, sendAll } = await start(t)
    await sendAll([5, 50, 500])
    write(small.replace('> 10', '> 10 && record.amount < 600'), large, rest)
    const { code, stdout } = await folder.run('plan')
    assert.equal(code, 0)
    assert.match(stdout, /rule "small" moved to the top/)
    assert.match(stdout, /of the last 3 events, 1 would change outcome, 0 would be left without a rule/)
    assert.match(stdout, /^-  - \{ rule: small.*\n(.*\n)*\+  - \{ rule: small|^\+  - \{ rule: small/m)
    const again = await folder.run('versions', key, '--json')
    assert.equal(JSON.parse(again.stdout).versions.length, 1, 'plan publishes nothing')
  })

  test('apply is refused while more recorded events would go unrouted, and forcing it is in the audit', async (t) => {
    const { folder, write, sendAll, audit } = await start(t)
    await sendAll([5, 6, 500])
    write(large, small)
    const refused = await folder.run('apply')
    assert.equal(refused.code, 1)
    assert.match(
      refused.stderr,
      /of the last 3 events, 2 that version 1 decides would be left without a rule: run_/,
    )
    assert.equal((await folder.run('apply', '--force')).code, 2, 'forcing needs a note')
    const forced = await folder.run('apply', '--force', '--note', 'small ones are handled by hand')
    assert.equal(forced.code, 0, forced.stderr)
    const last = (await audit()).findLast(({ action }) => action === 'workflow.published')
    assert.deepEqual(last?.after, { number: 2, forced: { moreUnrouted: 2, of: 3 } })
    assert.equal(last?.note, 'small ones are handled by hand')
  })

  test('who may read, start and replay is part of a version: narrowed, it is said and published', async (t) => {
    const { key, file, first, folder } = await start(t)
    const narrow = first.replace(
      'trigger:',
      "access: { read: '@grace', replay: ['@ada', '@grace'] }\ntrigger:",
    )
    folder.write(file, narrow)
    assert.match((await folder.run('plan')).stdout, /access.*@grace/)
    assert.equal((await folder.run('apply')).code, 0)
    const { prisma } = bot.app.db
    const { currentNumber } = await prisma.workflow.findUniqueOrThrow({ where: { key } })
    assert.equal(currentNumber, 2)
    const { definition } = await prisma.workflowVersion.findFirstOrThrow({
      where: { workflowKey: key, number: 2 },
    })
    assert.deepEqual((definition as { access?: unknown }).access, {
      read: ['@grace'],
      replay: ['@ada', '@grace'],
    })
  })

  test('with one wrong file of two, nothing is published', async (t) => {
    const { key, first, folder, write, versions } = await start(t)
    write(large, rest)
    folder.write(
      'other.yaml',
      first.replace(`workflow: ${key}`, 'workflow: other').replace("'@ada'", "'@nobody'"),
    )
    const { code, stdout } = await folder.run('apply')
    assert.equal(code, 1)
    assert.match(stdout, /other\.yaml:3:\d+: error: Slack knows nobody and no group called @nobody/)
    assert.equal(await versions(), 1)
  })

  test('somebody who is gone, and a secret that is not set, are found with file, line and column', async (t) => {
    const { file, first, folder } = await start(t)
    await bot.control.person({ user: '@grace', isDeleted: true })
    await bot.app.slack.syncPeople()
    t.after(async () => {
      await bot.control.person({ user: '@grace', isDeleted: false })
      await bot.app.slack.syncPeople()
    })
    folder.write(
      file,
      first.replace(
        'close: { outcome: achieved }',
        "close: { outcome: achieved, actions: [{ action: tell, http: { url: 'https://a.example', headers: { key: '${secret.NOT_SET_HERE}' } } }] }",
      ),
    )
    const { code, stdout } = await folder.run('check')
    assert.equal(code, 1)
    assert.match(stdout, /orders-\d+\.yaml:12:\d+: error: @grace is gone: deactivated in Slack/)
    assert.match(stdout, /orders-\d+\.yaml:16:\d+: error: secret\.NOT_SET_HERE is not set/)
  })

  test('rollback points at an older version; what was decided keeps its own', async (t) => {
    const { key, folder, write, sendAll, audit } = await start(t)
    await sendAll([50])
    write(large, rest)
    assert.equal((await folder.run('apply')).code, 0)
    const { code, stdout } = await folder.run('rollback', key, '1', '--note', 'too early')
    assert.equal(code, 0)
    assert.match(stdout, /version 1 is current again \(was 2\)/)
    await bot.app.catalog.refresh()
    assert.equal((await bot.app.catalog.current(key))?.version.number, 1)
    assert.equal((await folder.run('rollback', key, '9')).code, 1)
    const rolled = (await audit()).find(({ action }) => action === 'workflow.rolled_back')
    assert.deepEqual(
      [rolled?.before, rolled?.after, rolled?.note],
      [{ number: 2 }, { number: 1 }, 'too early'],
    )
  })

  test('export writes files back with their comments, and applied again they make no new version', async (t) => {
    const { file, first, folder } = await start(t)
    const out = join(folder.dir, 'out')
    assert.equal((await folder.run('export', '--dir', out)).code, 0)
    assert.equal(readFileSync(join(out, file), 'utf8'), first)
    assert.equal(readFileSync(join(out, 'signalbox.yaml'), 'utf8'), standards)
    const again = await folder.run('apply', out)
    assert.match(again.stdout, /orders-\d+: unchanged \(version 1\)/)
  })

  test('simulate says per rule and owner what a draft moves, with the runs, and changes nothing', async (t) => {
    const { key, folder, sendAll, versions } = await start(t)
    await sendAll([5, 50, 150, 500])
    const draft = join(folder.dir, 'draft.yml.txt')
    folder.write(
      'draft.yml.txt',
      orders(key, [large.replace('100', '200').replace('@grace', '@ada'), small, rest]),
    )
    const { code, stdout } = await folder.run('simulate', key, '--file', draft)
    assert.equal(code, 0)
    assert.match(stdout, /4 recorded events, compared with version 1/)
    assert.match(stdout, /1: look by "large" → close by "small"\n +run_\w+/)
    assert.match(stdout, /large +2 +1 +-1/)
    assert.match(stdout, /@grace +2 +0 +-2/)
    const json = await folder.run('simulate', key, '--file', draft, '--last', '2', '--json')
    assert.equal(JSON.parse(json.stdout).simulation.events, 2)
    assert.equal((await folder.run('simulate', key, '--since', 'soon')).code, 2)
    assert.equal(await versions(), 1)
  })
})
